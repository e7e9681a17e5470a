/*
 * batch.c - rubric batch: cases in as lines, answers out as lines, in order.
 *
 * One bad line never stops the run: its answer line says why. What was answered
 * is sent before the program waits for more, so that a peer at the other end of
 * two pipes can ask and read in turn.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/batch_line.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/open.h"
#include "cli/output.h"

/* A line may hold a case and its wrapper. */
#define LINE_MAX_BYTES (INPUT_CASE_MAX + 1024)

struct batch_options {
    const char *home, *policies, *policy, *as_of;
    bool no_audit, exit_status;
};

static const struct option_row batch_rows[] = {
    {OPTION_TEXT, 'p', "policy", "ID|FILE", "use this policy where a line names none",
     OPTION_AT(struct batch_options, policy)},
    OPTION_AS_OF(struct batch_options),
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
    unsigned long number; /* of the line, from 1, over all inputs */
    int status;
    struct host_answer answer; /* its memory is used again */
};

/* The answer line of a case that got no answer. */
static void put_failure(struct batch *batch, const struct err *err, const struct buf *problems)
{
    struct buf line = BUF_INIT;

    buf_puts(&line, "{\"schema\":\"rubric-failure/1\",\"line\":");
    buf_put_int(&line, (int64_t)batch->number);
    buf_puts(&line, ",\"error\":{\"code\":");
    buf_put_json(&line, err->code, strlen(err->code));
    buf_puts(&line, ",\"message\":");
    buf_put_json(&line, err->text, strlen(err->text));
    buf_puts(&line, ",\"help\":");
    buf_put_json(&line, err->help, strlen(err->help));
    buf_puts(&line, "}");
    if (problems != NULL && problems->len > 0 && !problems->failed) {
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

static void judge_line(struct batch *batch, const struct input_line *line)
{
    struct host_request request = {.case_name = "line", .origin = "batch"};
    struct host_answer *answer = &batch->answer;
    struct batch_line parts;
    struct err err;

    if (line->too_long) {
        err_set(&err, ERR_INPUT, "E-INPUT-SIZE", "the case is larger than %zu MiB",
                INPUT_CASE_MAX >> 20);
        put_failure(batch, &err, NULL);
        return;
    }
    if (!batch_line_read(line->text, line->len, &parts, &err)) {
        put_failure(batch, &err, NULL);
        return;
    }
    request.case_bytes = parts.document.at;
    request.case_len = parts.document.len;
    request.policy = parts.policy[0] != '\0' ? parts.policy : batch->options->policy;
    request.as_of = parts.as_of[0] != '\0' ? parts.as_of : batch->options->as_of;
    buf_reset(&answer->json);
    if (host_review(batch->host, &request, answer, &err)) {
        output_line(&answer->json);
        if (batch->options->exit_status && strcmp(answer->recommendation, "approve") != 0)
            batch->status = output_worse(
                batch->status, strcmp(answer->recommendation, "pend") == 0 ? 10 : 20);
    } else {
        put_failure(batch, &err, err.kind == ERR_INPUT ? &answer->json : NULL);
    }
}

static bool is_blank(const struct input_line *line)
{
    for (size_t i = 0; i < line->len; i++) {
        if (line->text[i] != ' ' && line->text[i] != '\t')
            return false;
    }
    return !line->too_long;
}

/* Answers each line of one input. False: it could not go on. */
static bool judge_input(struct batch *batch, int fd, struct err *err)
{
    struct input_lines lines;
    struct input_line line;
    bool sent = true;

    err->kind = ERR_NONE;
    input_lines_open(&lines, fd, LINE_MAX_BYTES);
    for (;;) {
        if (!input_lines_ready(&lines))
            sent = output_flush(err);
        if (!sent || !input_lines_next(&lines, &line, err))
            break;
        batch->number++;
        if (!is_blank(&line))
            judge_line(batch, &line);
    }
    input_lines_close(&lines);
    return err->kind == ERR_NONE;
}

static int judge_files(struct batch *batch, int count, char **names)
{
    static char standard[] = "-";
    char *only[] = {standard};
    struct err err;

    if (count == 0) {
        names = only;
        count = 1;
    }
    for (int i = 0; i < count; i++) {
        bool is_standard = strcmp(names[i], "-") == 0;
        int fd = is_standard ? STDIN_FILENO : open(names[i], O_RDONLY | O_CLOEXEC);
        bool whole;

        if (fd < 0) {
            err_set(&err, ERR_INPUT, "E-INPUT", "'%s' cannot be read: %s", names[i],
                    strerror(errno));
            batch->status = output_worse(batch->status, open_failed(&err));
            continue;
        }
        whole = judge_input(batch, fd, &err);
        if (!is_standard)
            close(fd);
        if (!whole)
            return output_worse(batch->status, open_failed(&err));
    }
    return batch->status;
}

static int batch_run(int argc, char **argv)
{
    struct batch_options options = {0};
    struct open_options open = {NULL, NULL, true, 1};
    struct batch batch = {.options = &options};
    struct opened opened;
    int operands = 0, status = 0;

    if (!options_parse(&batch_command, argc, argv, &options, &operands, &status))
        return status;
    if (!open_day_ok(&batch_command, options.as_of))
        return err_exit_status(ERR_USAGE);
    open.home = options.home;
    open.policies = options.policies;
    open.audit = !options.no_audit;
    if (!open_host(&open, &opened, &status))
        return status;
    batch.host = opened.host;
    status = judge_files(&batch, operands, argv);
    buf_free(&batch.answer.json);
    host_close(opened.host);
    return status;
}

const struct command batch_command = {
    .name = "batch",
    .group = GROUP_OPERATOR,
    .line = "judge many cases, one a line, in order",
    .usage = "[options] [FILE...]      (standard input without FILE)",
    .example = "rubric batch --no-audit cases.ndjson >answers.ndjson\n",
    .exits = "0  every line was answered\n" EXITS_USAGE
             "3  the policy of a line does not load\n"
             "4  a line is no case; its answer line says why\n" EXITS_MACHINE
             "10, 20  only with --exit-status: the worst answer is a pend, a refer\n",
    .operands = "file",
    .options = batch_rows,
    .run = batch_run,
};
