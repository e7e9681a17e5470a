/*
 * logging.h - the log comes before the answer.
 */
#ifndef RUBRIC_HOST_LOGGING_H
#define RUBRIC_HOST_LOGGING_H

#include "host/inside.h"

/* Checks the answer, makes it durable on the audit log, and puts the receipt
 * behind it. False: nothing was logged and the answer must not be shown. */
MUST_CHECK bool log_answer(struct host *host, const struct asking *asking,
                           struct host_answer *answer, struct err *err);

#endif
