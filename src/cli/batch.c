/*
 * batch.c - rubric batch: cases in as lines, answers out as lines.
 *
 * One bad line never stops the run: its answer line says why. Lines are read
 * only while there is room for their cases, so that a slow reader of the answers
 * slows the writer of the cases. What was answered is sent before the program
 * waits, so that a peer at the other end of two pipes can ask and read in turn.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "cli/batch_line.h"
#include "cli/batch_progress.h"
#include "cli/batch_resume.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/open.h"
#include "cli/output.h"
#include "host/host_batch.h"

#define WRAPPER_BYTES 1024 /* what a line may hold beside its case */
#define OUTPUT_BYTES ((size_t)256 << 10)
#define WORKERS_MAX 64

struct batch_options {
    const char *home, *policies, *policy, *as_of, *output;
    long workers;
    bool no_audit, exit_status, unordered, resume;
};

static const struct option_row batch_rows[] = {
    {OPTION_TEXT, 'p', "policy", "ID|FILE", "use this policy where a line names none",
     OPTION_AT(struct batch_options, policy)},
    OPTION_AS_OF(struct batch_options),
    {OPTION_TEXT, 'o', "output", "FILE", "write the answers into a new file",
     OPTION_AT(struct batch_options, output)},
    {OPTION_FLAG, 0, "resume", NULL, "go on with the --output of a run that was ended",
     OPTION_AT(struct batch_options, resume)},
    {OPTION_FLAG, 0, "unordered", NULL, "give each answer as soon as it is there",
     OPTION_AT(struct batch_options, unordered)},
    {OPTION_NUMBER, 0, "workers", "N", "processes that judge; 0: one a processor",
     OPTION_AT(struct batch_options, workers)},
    {OPTION_FLAG, 0, "no-audit", NULL, "a dry run: nothing is logged, no answer has a receipt",
     OPTION_AT(struct batch_options, no_audit)},
    {OPTION_FLAG, 0, "exit-status", NULL, "exit 10 for a pend, 20 for a refer",
     OPTION_AT(struct batch_options, exit_status)},
    OPTION_HOME(struct batch_options),
    OPTION_POLICIES(struct batch_options),
    OPTIONS_END,
};

struct batch {
    const struct batch_options *options;
    struct host *host;
    struct host_batch *many;
    char **names; /* of the inputs not yet begun */
    int name_count;
    int fd; /* of the input under way; -1: none */
    struct input_lines lines;
    uint64_t number; /* of the line, from 1, over all inputs */
    uint64_t cases;  /* lines that were not blank */
    uint64_t answered;
    uint64_t bytes; /* of inputs that were read to their end */
    int status;
    struct batch_resume resume;
    struct batch_progress progress;
};

/* ---- answers --------------------------------------------------------------------- */

/* The answer line of a case that got no answer. */
static void put_failure(struct batch *batch, uint64_t number, const struct err *err,
                        const struct buf *problems)
{
    struct buf line = BUF_INIT;

    buf_puts(&line, "{\"schema\":\"rubric-failure/1\",\"line\":");
    buf_put_int(&line, (int64_t)number);
    buf_puts(&line, ",\"error\":{\"code\":");
    buf_put_json(&line, err->code, strlen(err->code));
    buf_puts(&line, ",\"message\":");
    buf_put_json(&line, err->text, strlen(err->text));
    buf_puts(&line, ",\"help\":");
    buf_put_json(&line, err->help, strlen(err->help));
    buf_puts(&line, "}");
    if (problems->len > 0 && !problems->failed) {
        buf_puts(&line, ",\"report\":");
        buf_put(&line, problems->data, problems->len);
    }
    buf_putc(&line, '}');
    if (line.failed)
        batch->status = output_worse(batch->status, err_exit_status(ERR_MEMORY));
    output_line(&line);
    buf_free(&line);
    batch->status = output_worse(batch->status, err_exit_status(err->kind));
}

/* Waits for one answer and writes it. */
static bool give_answer(struct batch *batch, struct err *err)
{
    static const struct buf none = BUF_INIT;
    struct host_batch_result result;

    if (!host_batch_ready(batch->many) && !output_flush(err))
        return false;
    if (!host_batch_collect(batch->many, &result))
        return true;
    if (result.ok) {
        const char *recommendation = result.answer->recommendation;

        output_line(&result.answer->json);
        if (batch->options->exit_status && strcmp(recommendation, "approve") != 0)
            batch->status =
                output_worse(batch->status, strcmp(recommendation, "pend") == 0 ? 10 : 20);
    } else {
        put_failure(batch, result.tag, &result.err,
                    result.err.kind == ERR_INPUT ? &result.answer->json : &none);
    }
    batch->answered++;
    batch_progress_tell(&batch->progress, batch->answered, batch->bytes + batch->lines.taken);
    return !ferror(stdout) || output_flush(err);
}

/* ---- lines ------------------------------------------------------------------------- */

static bool is_blank(const struct input_line *line)
{
    for (size_t i = 0; i < line->len; i++) {
        if (line->text[i] != ' ' && line->text[i] != '\t')
            return false;
    }
    return !line->too_long;
}

/* The last line whose answer from before names its case must be that case. */
static bool same_case(const struct batch *batch, const struct input_line *line, struct err *err)
{
    const struct batch_resume *resume = &batch->resume;
    struct batch_line parts;
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX];

    if (batch->cases != resume->known || resume->known_sha256[0] == '\0')
        return true;
    if (!line->too_long && batch_line_read(line->text, line->len, &parts, err)) {
        sha256_of(parts.document.at, parts.document.len, digest);
        sha256_hex(digest, hex);
        if (strcmp(hex, resume->known_sha256) == 0)
            return true;
    }
    err_set(err, ERR_USAGE, "E-BATCH-STATE",
            "line %llu is not the case of answer %llu in '%s'",
            (unsigned long long)batch->number, (unsigned long long)resume->known, resume->path);
    return err_help(err, "a batch goes on with the inputs that it began with");
}

static bool submit_line(struct batch *batch, const struct input_line *line, struct err *err)
{
    struct host_request request = {.case_name = "line", .origin = "batch"};
    struct batch_line parts;
    struct err why;

    if (line->too_long) {
        host_case_too_large(batch->host, NULL, &why);
        return host_batch_refuse(batch->many, &why, batch->number, err);
    }
    if (!batch_line_read(line->text, line->len, &parts, &why))
        return host_batch_refuse(batch->many, &why, batch->number, err);
    request.case_bytes = parts.document.at;
    request.case_len = parts.document.len;
    request.policy = parts.policy[0] != '\0' ? parts.policy : batch->options->policy;
    request.as_of = parts.as_of[0] != '\0' ? parts.as_of : batch->options->as_of;
    request.batch = batch->resume.name[0] != '\0' ? batch->resume.name : NULL;
    request.line = batch->number;
    return host_batch_submit(batch->many, &request, batch->number, err);
}

static bool take_line(struct batch *batch, const struct input_line *line, struct err *err)
{
    uint64_t index;

    batch->number++;
    if (is_blank(line))
        return true;
    batch->cases++;
    if (batch->cases <= batch->resume.given)
        return same_case(batch, line, err);
    if (batch_resume_find(&batch->resume, batch->number, &index))
        return host_batch_recall(batch->many, index, batch->number, err);
    return submit_line(batch, line, err);
}

/* ---- inputs ------------------------------------------------------------------------- */

static void close_input(struct batch *batch)
{
    batch->bytes += batch->lines.taken;
    input_lines_close(&batch->lines);
    if (batch->fd > STDIN_FILENO)
        close(batch->fd);
    batch->fd = -1;
    batch->lines.taken = 0;
}

/* Opens the next input that can be opened. False: there is none. */
static bool open_input(struct batch *batch)
{
    struct err err;

    while (batch->fd < 0 && batch->name_count > 0) {
        const char *name = *batch->names++;

        batch->name_count--;
        batch->fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
        if (batch->fd >= 0) {
            input_lines_open(&batch->lines, batch->fd,
                             host_case_max(batch->host) + WRAPPER_BYTES);
            return true;
        }
        err_set(&err, ERR_INPUT, "E-INPUT", "'%s' cannot be read: %s", name, strerror(errno));
        batch->status = output_worse(batch->status, open_failed(&err));
    }
    return batch->fd >= 0;
}

static bool can_read(const struct batch *batch)
{
    struct pollfd polled = {.fd = batch->fd, .events = POLLIN};

    return poll(&polled, 1, 0) > 0;
}

/* Submits the lines that are at hand. */
static bool take_lines(struct batch *batch, struct err *err)
{
    struct input_line line;

    while (batch->fd >= 0 && host_batch_room(batch->many) && input_lines_ready(&batch->lines)) {
        err->kind = ERR_NONE;
        if (!input_lines_next(&batch->lines, &line, err)) {
            close_input(batch);
            return err->kind == ERR_NONE;
        }
        if (!take_line(batch, &line, err))
            return false;
    }
    return true;
}

/* One step: submit, read or give. *more is false when all is done. */
static bool batch_step(struct batch *batch, bool *more, struct err *err)
{
    size_t outstanding;

    if (!take_lines(batch, err))
        return false;
    outstanding = host_batch_outstanding(batch->many);
    if (open_input(batch) && host_batch_room(batch->many) &&
        !input_lines_ready(&batch->lines) && (outstanding == 0 || can_read(batch)))
        return (outstanding > 0 || output_flush(err)) && input_lines_fill(&batch->lines, err);
    if (outstanding > 0)
        return give_answer(batch, err);
    *more = batch->fd >= 0;
    return true;
}

/* Answers all lines. What was submitted when something fails is still given. */
static void judge_inputs(struct batch *batch)
{
    struct err err, late;
    bool more = true;

    while (more) {
        if (batch_step(batch, &more, &err))
            continue;
        batch->status = output_worse(batch->status, open_failed(&err));
        while (host_batch_outstanding(batch->many) > 0 && give_answer(batch, &late))
            continue;
        return;
    }
    if (batch->resume.path != NULL && batch->status != 5 &&
        !(output_flush(&err) && batch_resume_finish(&batch->resume, &err)))
        batch->status = output_worse(batch->status, open_failed(&err));
}

/* ---- the command ------------------------------------------------------------------- */

/* Standard output becomes the file of answers. */
static bool open_output(struct batch *batch, struct err *err)
{
    const struct batch_options *options = batch->options;

    if (options->output == NULL)
        return true;
    if (!batch_resume_open(&batch->resume, options->output, options->resume, batch->host, err))
        return false;
    if (batch->resume.complete)
        fprintf(stderr, "rubric: '%s' is complete: %llu answers\n", options->output,
                (unsigned long long)batch->resume.given);
    return dup2(batch->resume.fd, STDOUT_FILENO) >= 0 ||
           err_errno(err, ERR_STORE, "E-OUTPUT", options->output);
}

static int run_opened(struct batch *batch, int count, char **names)
{
    static char buffer[OUTPUT_BYTES], standard[] = "-";
    char *only[] = {standard};
    struct err err;

    batch->names = count == 0 ? only : names;
    batch->name_count = count == 0 ? 1 : count;
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    if (!open_output(batch, &err))
        return open_failed(&err);
    if (batch->resume.complete)
        return 0;
    if (!host_batch_open(batch->host, batch->options->unordered, &batch->many, &err))
        return open_failed(&err);
    batch_progress_begin(&batch->progress, batch->name_count, batch->names);
    judge_inputs(batch);
    batch_progress_end(&batch->progress, batch->answered);
    if (batch->fd >= 0)
        close_input(batch);
    return batch->status;
}

static bool options_fit(const struct batch_options *options)
{
    const char *wrong = NULL;

    if (options->resume && options->output == NULL)
        wrong = "'--resume' needs '--output': the file with what was answered";
    else if (options->unordered && options->output != NULL)
        wrong = "'--unordered' and '--output' exclude each other: only answers in order can be "
                "gone on with";
    else if (options->workers > WORKERS_MAX)
        wrong = "'--workers' takes at most 64";
    if (wrong != NULL)
        options_wrong(&batch_command, "%s", wrong);
    return wrong == NULL && open_day_ok(&batch_command, options->as_of);
}

static int batch_run(int argc, char **argv)
{
    struct batch_options options = {0};
    struct open_options open = {NULL, NULL, true, 1};
    struct batch batch = {.options = &options, .fd = -1};
    struct opened opened;
    int operands = 0, status = 0;

    if (!options_parse(&batch_command, argc, argv, &options, &operands, &status))
        return status;
    if (!options_fit(&options))
        return err_exit_status(ERR_USAGE);
    open.home = options.home;
    open.policies = options.policies;
    open.audit = !options.no_audit;
    open.workers = (int)options.workers;
    if (!open_host_for_many(&open, &opened, &status))
        return status;
    batch.host = opened.host;
    status = run_opened(&batch, operands, argv);
    host_batch_close(batch.many);
    batch_resume_free(&batch.resume);
    host_close(opened.host);
    return status;
}

const struct command batch_command = {
    .name = "batch",
    .group = GROUP_OPERATOR,
    .line = "judge many cases, one a line",
    .usage = "[options] [FILE...]      (standard input without FILE)",
    .example = "rubric batch --no-audit cases.ndjson >answers.ndjson\n",
    .exits = "0  every line was answered\n" EXITS_USAGE
             "3  the policy of a line does not load\n"
             "4  a line is no case; its answer line says why\n" EXITS_MACHINE
             "10, 20  only with --exit-status: the worst answer is a pend, a refer\n" EXITS_LOG,
    .operands = "file",
    .options = batch_rows,
    .run = batch_run,
};
