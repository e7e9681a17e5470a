# make            build rubric and rubric-verify          (make help: all targets)
#
# One file, no recursion into folders: src/<room>/*.c become build/lib<room>.a,
# src/<room>/*_test.c become tests. Every product stands under $(BUILD); another
# flavour is another BUILD. CFLAGS are yours; what the code needs stands outside.

VERSION = 0.1.0
BUILD  ?= build
DEPS   ?= build/deps
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
LUA    ?= pinned
ifeq ($(origin CC),default)
CC      = gcc
endif

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help demo check warnings asan soak bench install uninstall dist clean \
        deps deps-build rooms tests FORCE

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
# A static position-independent program starts in half the time of a dynamic
# one and keeps its addresses random; vendor/README.md has the figures.
LINK    = -static-pie -Wl,-z,relro,-z,now
PIE     = -fPIE

ifneq ($(SAN),)
HARDEN  = -fno-omit-frame-pointer
LINK    = -pie
endif
ifneq ($(filter -O0,$(CFLAGS)),)
HARDEN  = -fstack-protector-strong
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
LIBS := $(LUA_LIBS) $(DEPS)/libyyjson.a $(foreach l,sqlite3 crypto sodium,$(call static_lib,$(l))) -lm

COMPILE = $(CC) $(STD) $(WARN) $(WERROR) $(INCLUDE) $(LUA_DEFINE) $(PIE) $(HARDEN) $(SAN) $(CPPFLAGS) $(CFLAGS)

# One short line a step; V=1 shows the commands.
V      ?= 0
ifeq ($(V),0)
say     = @printf '  %-5s %s\n' $(1) '$(2:$(BUILD)/%=%)';
endif

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
NEED_cli   = cli http host lua judge codes store audit base

SOURCES  := $(sort $(wildcard src/*.c src/*/*.c))
TESTS_C  := $(filter %_test.c,$(SOURCES))
BENCHES  := $(filter %_bench.c,$(SOURCES))
FUZZERS  := $(filter %_fuzz.c,$(SOURCES))
MAINS    := $(filter %_main.c src/main.c,$(SOURCES))
LIBRARY  := $(filter-out $(TESTS_C) $(BENCHES) $(FUZZERS) $(MAINS),$(SOURCES))
PRELUDE  := $(sort $(filter-out %_spec.lua,$(wildcard src/prelude/*.lua src/prelude/*/*.lua)))

object    = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
has_room  = $(filter src/$(1)/%,$(LIBRARY))
HAVE     := $(foreach r,$(ROOMS),$(if $(call has_room,$(r)),$(r)))
archives  = $(foreach r,$(NEED_$(1)),$(if $(filter $(r),$(HAVE)),$(BUILD)/lib$(r).a))
EMBEDDED  = $(BUILD)/libprelude.a $(BUILD)/libid.a
OBJECTS  := $(call object,$(SOURCES))

PROGRAMS := $(if $(wildcard src/main.c),$(BUILD)/rubric) \
            $(if $(wildcard src/audit/verify_main.c),$(BUILD)/rubric-verify)

all: rooms $(PROGRAMS)
rooms: $(foreach r,$(HAVE),$(BUILD)/lib$(r).a) $(EMBEDDED)

$(BUILD)/rubric: $(BUILD)/obj/src/main.o $(call archives,cli) $(EMBEDDED) $(DEPS)/ready
	$(call say,LINK,$@) $(CC) $(LINK) $(SAN) $(CFLAGS) $(LDFLAGS) -o $@ $< $(call archives,cli) $(EMBEDDED) $(LIBS) $(LDLIBS) $(QUIET_LINK)

# Archives give only what is asked for: no store, no Lua, no SQLite in here.
$(BUILD)/rubric-verify: $(BUILD)/obj/src/audit/verify_main.o $(call archives,audit) $(BUILD)/libid.a $(DEPS)/ready
	$(call say,LINK,$@) $(CC) $(LINK) $(SAN) $(CFLAGS) $(LDFLAGS) -o $@ $< $(call archives,audit) $(BUILD)/libid.a $(LIBS) $(LDLIBS) $(QUIET_LINK)

# libcrypto and SQLite name dlopen and getaddrinfo, which nothing here calls;
# the linker says so at length. Other messages stay.
QUIET_LINK = 2>$@.link; status=$$?; \
	grep -vE 'in statically linked applications requires at runtime|in function .(unixDlOpen|BIO_|dlfcn_|.*)..?:$$' $@.link >&2; rm -f $@.link; exit $$status

define room_archive
$(BUILD)/lib$(1).a: $(call object,$(call has_room,$(1)))
	@rm -f $$@
	$$(call say,AR,$$@) ar rcs $$@ $$^
endef
$(foreach r,$(HAVE),$(eval $(call room_archive,$(r))))

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
	@scripts/build-id $(VERSION) $(LUA) >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

$(BUILD)/libprelude.a: $(BUILD)/prelude.o
	@rm -f $@
	$(call say,AR,$@) ar rcs $@ $^

$(BUILD)/libid.a: $(BUILD)/build_id.o
	@rm -f $@
	$(call say,AR,$@) ar rcs $@ $^

# The text of one prelude file is one string, longer than C promises to take.
$(BUILD)/%.o: $(BUILD)/%.c $(BUILD)/flags
	$(call say,CC,$<) $(COMPILE) -Wno-overlength-strings -MMD -MP -c -o $@ $<

# --- pinned sources ---------------------------------------------------------

# Built once for all flavours with flags of their own; scripts/deps says which.
# Several makes may share $(DEPS): one builds, the others wait for it.
DEPS_CFLAGS ?= -O2 -g
deps: $(DEPS)/ready
$(DEPS)/ready: vendor/sources.txt scripts/deps scripts/unpack
	@mkdir -p $(DEPS)
	@CC='$(CC)' FLAGS='$(PIE) $(HARDEN) $(SAN) $(DEPS_CFLAGS)' APICHECK='$(SAN)' \
	    flock $(DEPS)/lock scripts/deps $(DEPS) $(PINNED)

# --- tests ------------------------------------------------------------------

TEST_BINARIES := $(patsubst src/%.c,$(BUILD)/test/%,$(TESTS_C))
room_of = $(word 2,$(subst /, ,$(1)))

define test_binary
$(BUILD)/test/$(patsubst src/%.c,%,$(1)): $(call object,$(1)) $(call archives,$(call room_of,$(1))) $(BUILD)/libprelude.a | $(BUILD)/libid.a
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@) $(CC) -pie $(SAN) $(CFLAGS) $(LDFLAGS) -o $$@ $$< $(call archives,$(call room_of,$(1))) $(EMBEDDED) -lcmocka $(LIBS) $(LDLIBS)
endef
$(foreach t,$(TESTS_C),$(eval $(call test_binary,$(t))))

tests: all $(TEST_BINARIES)

# One room alone, as while the others do not build: make test-base
define room_tests
.PHONY: test-$(1)
test-$(1): $(filter $(BUILD)/test/$(1)/%,$(TEST_BINARIES))
	@BUILD=$(BUILD) tests/run $$^
endef
$(foreach r,$(HAVE),$(eval $(call room_tests,$(r))))

# Everything is compiled again with -Werror in a BUILD of its own, then run.
check:
	@scripts/bootstrap --all
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/check DEPS=$(DEPS) WERROR=-Werror run-tests

run-tests: tests
	@BUILD=$(BUILD) DEPS=$(DEPS) CC='$(CC)' LUA=$(LUA) SAN='$(SAN)' tests/run $(ONLY)

# --- the rest ---------------------------------------------------------------

clean:
	rm -rf $(BUILD)

help:
	@sed -n 's/^#: \{0,1\}//p' Makefile

FORCE:
-include $(OBJECTS:.o=.d)
