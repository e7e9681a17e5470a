#: rubric: a host for medical-necessity policies
#:
#:   make            build rubric and rubric-verify under build/
#:   make demo       install what the build needs, build, review an example case
#:   make check      install the test tools too, build with -Werror, run every test
#:   make test-ROOM  build and run the C tests of one room (base, judge, audit ...)
#:   make asan       the same tests under the address and undefined-behaviour checkers
#:   make memcheck   the C tests under valgrind
#:   make soak       fuzzers, SOAK_S seconds each; memcheck; long tests
#:   make bench      measurements
#:   make install    to DESTDIR and PREFIX (and: uninstall)
#:   make dist       a tarball of the last commit
#:   make clean      remove the BUILD folder
#:
#: Variables:
#:   BUILD=build     where products go; another flavour is another BUILD
#:   CC=gcc          or clang
#:   CFLAGS=-O2 -g   yours; what the code needs is added to them
#:   LUA=pinned      or system: the distribution's Lua, strict profile only
#:   ONLY='FILE...'  check and asan run only these: a _spec.lua, a tests/*.sh
#:   SAN= WERROR= V=1 SOAK_S=60 PREFIX=/usr/local DESTDIR=
#:
#: Nothing is downloaded but by scripts/bootstrap, which demo and check run.

# One file, no recursion into folders: src/<room>/*.c becomes build/lib<room>.a,
# and of these: *_test.c a test, *_bench.c a measurement, *_fuzz.c a fuzzer,
# *_main.c (and src/main.c) a program.

VERSION = 0.1.0
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
LUA    ?= pinned
ifeq ($(LUA),system)
BUILD  ?= build/system
DEPS   ?= build/system/deps
endif
BUILD  ?= build
DEPS   ?= build/deps
ifeq ($(origin CC),default)
CC      = gcc
endif

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help demo check run-tests asan memcheck soak run-fuzzers bench install uninstall \
        dist clean deps rooms objects tests FORCE

all:

# --- flags ------------------------------------------------------------------

WARN = \
	-Wall \
	-Wextra \
	-Wpedantic \
	-Wshadow \
	-Wconversion \
	-Wstrict-prototypes \
	-Wmissing-prototypes \
	-Wundef \
	-Wvla \
	-Wformat=2 \
	-Wwrite-strings \
	-Wcast-qual \
	-Wpointer-arith \
	-Wswitch-enum
STD     = -std=c17 -D_GNU_SOURCE
INCLUDE = -Isrc -isystem $(DEPS)/include
WERROR ?=
SAN    ?=
HARDEN  = -fstack-protector-strong -D_FORTIFY_SOURCE=2
PIE     = -fPIE
ifneq ($(filter -O0,$(CFLAGS)),)
HARDEN  = -fstack-protector-strong
endif
ifneq ($(SAN),)
HARDEN  = -fno-omit-frame-pointer
endif

# Only src/lua may see Lua's headers: the wall is the include path.
ifeq ($(LUA),system)
LUA_INCLUDE = -isystem /usr/include/lua5.4
LUA_LIBS    = $(call static_lib,lua5.4-lpeg) $(call static_lib,lua5.4)
LUA_DEFINE  = -DRUBRIC_LUA_SYSTEM
PINNED      = yyjson
else ifeq ($(LUA),pinned)
LUA_INCLUDE = -isystem $(DEPS)/include/lua
LUA_LIBS    = $(DEPS)/liblpeg.a $(DEPS)/liblua.a
LUA_DEFINE  =
PINNED      = lua lpeg yyjson
else
$(error LUA is 'pinned' or 'system', not '$(LUA)')
endif

# The static archive of a library where there is one, else -l.
static_lib = $(or $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a)),-l$(1))
LIBS := $(LUA_LIBS) $(DEPS)/libyyjson.a $(foreach l,sqlite3 crypto sodium lz4 z,$(call static_lib,$(l))) -lm

# A static position-independent program starts in two thirds of the time of a
# dynamic one and keeps its addresses random; vendor/README.md has the figures.
LINK := $(if $(SAN)$(filter -l%,$(filter-out -lm,$(LIBS))),-pie,-static-pie) -Wl,-z,relro,-z,now

FLAGS   = $(PIE) $(HARDEN) $(SAN) $(CPPFLAGS) $(CFLAGS)
COMPILE = $(CC) $(STD) $(WARN) $(WERROR) $(INCLUDE) $(LUA_DEFINE) $(FLAGS)

# One short line a step; V=1 shows the commands.
V      ?= 0
ifeq ($(V),0)
say     = @printf '  %-5s %s\n' $(1) '$(2:$(BUILD)/%=%)';
endif

# libcrypto and SQLite name dlopen and getaddrinfo, which nothing here calls.
# The linker tells so at length when all is static; what else it says stays.
quiet_link = 2>$@.said; status=$$?; awk ' \
	/: in function / { held = $$0; next } \
	/in statically linked applications requires/ { held = ""; next } \
	{ if (held != "") print held; held = ""; print }' $@.said >&2; rm -f $@.said; exit $$status

# --- rooms ------------------------------------------------------------------

# Each room with itself and all rooms it may use, in the order of the linker.
ROOMS      = cli http host lua judge codes store audit base
NEED_base  = base
NEED_codes = codes base
NEED_judge = judge codes base
NEED_lua   = lua judge codes base
NEED_store = store base
NEED_audit = audit base
NEED_host  = host lua judge codes store audit base
NEED_http  = http host lua judge codes store audit base
NEED_cli   = cli host lua judge codes store audit base

SOURCES  := $(sort $(wildcard src/*.c src/*/*.c))
TESTS    := $(filter %_test.c,$(SOURCES))
BENCHES  := $(filter %_bench.c,$(SOURCES))
FUZZERS  := $(filter %_fuzz.c,$(SOURCES))
MAINS    := $(filter %_main.c src/main.c,$(SOURCES))
LIBRARY  := $(filter-out $(TESTS) $(BENCHES) $(FUZZERS) $(MAINS),$(SOURCES))
PRELUDE  := $(sort $(filter-out %_spec.lua,$(wildcard src/prelude/*.lua src/prelude/*/*.lua)))

object    = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
HAVE     := $(foreach r,$(ROOMS),$(if $(filter src/$(r)/%,$(LIBRARY)),$(r)))
archives  = $(foreach r,$(1),$(if $(filter $(r),$(HAVE)),$(BUILD)/lib$(r).a))
EMBEDDED  = $(BUILD)/libprelude.a $(BUILD)/libid.a
PROGRAMS := $(if $(wildcard src/main.c),$(BUILD)/rubric) \
            $(if $(wildcard src/audit/verify_main.c),$(BUILD)/rubric-verify)

all: rooms $(PROGRAMS)
objects: $(call object,$(SOURCES))
rooms: $(call archives,$(HAVE)) $(EMBEDDED)

$(BUILD)/rubric: $(BUILD)/obj/src/main.o $(call archives,$(ROOMS)) $(EMBEDDED)
	$(call say,LINK,$@) $(CC) $(LINK) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(LDLIBS) $(quiet_link)

# An archive gives only what is asked for: no store, no Lua, no SQLite in here.
$(BUILD)/rubric-verify: $(BUILD)/obj/src/audit/verify_main.o $(call archives,audit base) $(BUILD)/libid.a
	$(call say,LINK,$@) $(CC) $(LINK) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(LDLIBS) $(quiet_link)

# What loading the shipped policies gives, for a home folder that is new. Without it
# the first review loads them itself.
all: $(BUILD)/loaded/made
$(BUILD)/loaded/made: $(BUILD)/rubric $(filter-out %_spec.lua,$(shell find policies -name '*.lua'))
	$(call say,KEEP,$(@D)) rm -rf $(@D); if $< keep-policies $(BUILD) >/dev/null; then touch $@; \
	    else echo 'make: the shipped policies were not loaded; reviews will do that' >&2; fi

define room_rules
$(BUILD)/lib$(1).a: $(call object,$(filter src/$(1)/%,$(LIBRARY)))
	@rm -f $$@
	$$(call say,AR,$$@) ar rcs $$@ $$^
endef
$(foreach r,$(HAVE),$(eval $(call room_rules,$(r))))

$(BUILD)/obj/src/lua/%.o: INCLUDE += $(LUA_INCLUDE)
$(BUILD)/obj/%.o: %.c $(BUILD)/flags $(DEPS)/ready
	@mkdir -p $(@D)
	$(call say,CC,$<) $(COMPILE) -MMD -MP -c -o $@ $<

# Changes when the flags do, so that what they made is made again.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(COMPILE) $(LUA_INCLUDE)' | cmp -s - $@ || printf '%s\n' '$(COMPILE) $(LUA_INCLUDE)' >$@

# --- generated: the prelude and the build id --------------------------------

$(BUILD)/prelude.c: scripts/embed $(PRELUDE) $(BUILD)/prelude.list
	$(call say,EMBED,$@) scripts/embed src/prelude $(PRELUDE) >$@

$(BUILD)/prelude.list: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(PRELUDE)' | cmp -s - $@ || printf '%s\n' '$(PRELUDE)' >$@

$(BUILD)/build_id.c: FORCE $(DEPS)/ready
	@mkdir -p $(@D)
	@scripts/build-id $(VERSION) $(LUA) >$@.new && if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# One prelude file is one string, longer than C promises to take.
$(BUILD)/%.o: $(BUILD)/%.c $(BUILD)/flags
	$(call say,CC,$<) $(COMPILE) -Wno-overlength-strings -MMD -MP -c -o $@ $<

# The prelude once more, compiled by the Lua that will load it.
$(BUILD)/precompile: $(BUILD)/obj/src/lua/precompile_main.o $(BUILD)/prelude.o $(BUILD)/libbase.a
	$(call say,LINK,$@) $(CC) -pie $(FLAGS) $(LDFLAGS) -o $@ $^ $(LUA_LIBS) $(call static_lib,crypto) -lm

$(BUILD)/prelude_code.c: $(BUILD)/precompile
	$(call say,EMBED,$@) $< >$@

$(BUILD)/libprelude.a: $(BUILD)/prelude.o $(BUILD)/prelude_code.o
	@rm -f $@
	$(call say,AR,$@) ar rcs $@ $^

$(BUILD)/libid.a: $(BUILD)/build_id.o
	@rm -f $@
	$(call say,AR,$@) ar rcs $@ $^

# --- pinned sources ---------------------------------------------------------

# Built once for all flavours with flags of their own; scripts/deps says which.
# Several makes may share $(DEPS): one builds, the others wait for it.
DEPS_CFLAGS ?= $(if $(SAN),-O1,-O2) -g
deps: $(DEPS)/ready
$(DEPS)/ready: vendor/sources.txt scripts/deps scripts/unpack
	@mkdir -p $(DEPS)
	@CC='$(CC)' FLAGS='$(PIE) $(HARDEN) $(SAN) $(DEPS_CFLAGS)' CHECKED='$(SAN)' \
	    flock $(DEPS)/lock scripts/deps $(DEPS) $(PINNED)

# --- the module for specs: for the Lua that busted runs under, never for ours ---

TESTING := $(patsubst src/lua/testing/%,$(BUILD)/lib/lua/%,$(wildcard src/lua/testing/rubric/*.lua)) \
           $(BUILD)/lib/lua/rubric/pipe.so
all: $(TESTING)

$(BUILD)/lib/lua/rubric/%.lua: src/lua/testing/rubric/%.lua
	@mkdir -p $(@D)
	@cp $< $@

$(BUILD)/lib/lua/rubric/pipe.so: src/lua/testing/pipe.c $(BUILD)/flags $(DEPS)/ready
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(STD) $(WARN) $(WERROR) $(LUA_INCLUDE) -fPIC -shared $(CFLAGS) -o $@ $<

# --- tests ------------------------------------------------------------------

# src/<room>/x_KIND.c is linked with its room and the rooms below into
# $(BUILD)/KIND/<room>/x_KIND. The build id stands behind the bar: another id
# alone is no reason to link a test again.
room_of  = $(word 2,$(subst /, ,$(1)))
products = $(patsubst src/%.c,$(BUILD)/$(1)/%,$(2))
define checker_rules
$(call products,$(1),$(2)): $(call object,$(2)) $(call archives,$(NEED_$(call room_of,$(2)))) $(BUILD)/libprelude.a | $(BUILD)/libid.a
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@) $$(CC) -pie $$(FLAGS) $$(LDFLAGS) -o $$@ $$^ $(BUILD)/libid.a $(3) $$(LIBS) $$(LDLIBS)
endef
$(foreach t,$(TESTS),$(eval $(call checker_rules,test,$(t),-lcmocka)))
$(foreach t,$(BENCHES),$(eval $(call checker_rules,bench,$(t))))
$(foreach t,$(FUZZERS),$(eval $(call checker_rules,fuzz,$(t),-fsanitize=fuzzer)))

# A fuzz target for the short run of make check, which needs no fuzzer.
define short_rules
$(call products,short,$(1)): $(call object,$(1) tests/fuzz/short.c) $(call archives,$(NEED_$(call room_of,$(1)))) $(BUILD)/libprelude.a | $(BUILD)/libid.a
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@) $$(CC) -pie $$(FLAGS) $$(LDFLAGS) -o $$@ $$^ $(BUILD)/libid.a $$(LIBS) $$(LDLIBS)
endef
$(foreach t,$(FUZZERS),$(eval $(call short_rules,$(t))))

tests: all $(call products,test,$(TESTS)) $(call products,short,$(FUZZERS))

AGAIN = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
RUN   = BUILD=$(BUILD) DEPS=$(DEPS) CC='$(CC)' LUA=$(LUA) SAN='$(SAN)' WERROR='$(WERROR)' \
        CFLAGS='$(CFLAGS)' tests/run

define test_room
.PHONY: test-$(1)
test-$(1): $(call products,test,$(filter src/$(1)/%,$(TESTS)))
	@$(RUN) $$^
endef
$(foreach r,$(HAVE),$(eval $(call test_room,$(r))))

check:
	@scripts/bootstrap --all $(if $(filter system,$(LUA)),--system)
	@$(AGAIN) BUILD=$(BUILD)/check DEPS=$(DEPS) WERROR=-Werror run-tests

run-tests: tests
	@$(RUN) $(ONLY)

asan:
	@$(AGAIN) BUILD=$(BUILD)/asan DEPS=$(BUILD)/asan/deps CFLAGS='-O1 -g' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=all' run-tests

memcheck: $(call products,test,$(TESTS))
	@RUNNER='valgrind -q --leak-check=full --error-exitcode=99' $(RUN) $^

SOAK_S ?= 60
soak: tests
	@$(AGAIN) BUILD=$(BUILD)/soak DEPS=$(BUILD)/soak/deps CC=clang CFLAGS='-O1 -g' \
	    SAN='-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all' run-fuzzers
	@$(AGAIN) memcheck
	@SOAK_S=$(SOAK_S) TEST_LIMIT_S=14400 $(RUN) $(wildcard tests/soak/*.sh); status=$$?; \
	    grep -h "^# " $(BUILD)/run/*.log; exit $$status

run-fuzzers: $(call products,fuzz,$(FUZZERS))
	@for fuzzer in $^; do \
	    corpus=$(BUILD)/corpus/$${fuzzer##*/}; mkdir -p $$corpus; echo "  FUZZ  $$fuzzer"; \
	    seeds=tests/fuzz/corpus/$${fuzzer##*/}; [ -d $$seeds ] || seeds=; \
	    $$fuzzer -max_total_time=$(SOAK_S) -verbosity=0 -print_final_stats=1 -timeout=10 \
	        -artifact_prefix=$$corpus- $$corpus $$seeds || exit 1; \
	done

bench: all $(call products,bench,$(BENCHES))
	@for bench in $(call products,bench,$(BENCHES)); do \
	    echo "== $${bench#$(BUILD)/bench/}"; RUBRIC=$(BUILD)/rubric $$bench || exit 1; \
	done

# --- people -----------------------------------------------------------------

DEMO = policies/cms/cases/a05-004b-first-injection.json
demo:
	@scripts/bootstrap --build $(if $(filter system,$(LUA)),--system)
	@$(AGAIN) all
	@echo; echo '$$ rubric review $(DEMO)'; echo
	@RUBRIC_HOME="$${RUBRIC_HOME:-$(abspath $(BUILD))/demo-home}" $(BUILD)/rubric review $(DEMO)

BIN   = $(DESTDIR)$(PREFIX)/bin
SHARE = $(DESTDIR)$(PREFIX)/share/rubric
DOC   = $(DESTDIR)$(PREFIX)/share/doc/rubric
# The program writes these from the tables that it reads its options by.
FROM_TABLES = $(addprefix $(DESTDIR)$(PREFIX)/share/,man/man1/rubric.1 \
              bash-completion/completions/rubric zsh/site-functions/_rubric)
install: all
	install -d $(BIN) $(SHARE) $(DOC)
	install -m 755 $(PROGRAMS) $(BIN)
	install -d $(DESTDIR)$(PREFIX)/lib/rubric/lua/rubric
	install -m 644 $(TESTING) $(DESTDIR)$(PREFIX)/lib/rubric/lua/rubric
	install -d $(dir $(FROM_TABLES))
	$(BUILD)/rubric manual >$(word 1,$(FROM_TABLES))
	$(BUILD)/rubric completion bash >$(word 2,$(FROM_TABLES))
	$(BUILD)/rubric completion zsh >$(word 3,$(FROM_TABLES))
	find policies -type f ! -name '.*' -exec install -D -m 644 '{}' $(SHARE)/'{}' ';'
	if [ -e $(BUILD)/loaded/made ]; then cp -R $(BUILD)/loaded $(SHARE)/ && \
	    chmod -R u=rwX,go=rX $(SHARE)/loaded; fi
	find docs README.md -type f ! -name '.*' -exec install -D -m 644 '{}' $(DOC)/'{}' ';'
	$(if $(wildcard src/rubric.h),install -D -m 644 src/rubric.h $(DESTDIR)$(PREFIX)/include/rubric.h)

uninstall:
	rm -f $(FROM_TABLES) $(PROGRAMS:$(BUILD)/%=$(BIN)/%) $(DESTDIR)$(PREFIX)/include/rubric.h
	rm -rf $(SHARE) $(DOC) $(DESTDIR)$(PREFIX)/lib/rubric

dist:
	@mkdir -p $(BUILD)
	git archive --prefix=rubric-$(VERSION)/ -o $(BUILD)/rubric-$(VERSION).tar.gz HEAD

clean:
	rm -rf $(BUILD)

help:
	@sed -n 's/^#: \{0,1\}//p' Makefile

FORCE:
-include $(patsubst %.o,%.d,$(call object,$(SOURCES)) $(BUILD)/prelude.o $(BUILD)/prelude_code.o $(BUILD)/build_id.o)
