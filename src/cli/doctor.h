/*
 * doctor.h - `rubric doctor`: which walls this machine offers.
 */
#ifndef RUBRIC_CLI_DOCTOR_H
#define RUBRIC_CLI_DOCTOR_H

#include "cli/options.h"

extern const struct command doctor_command;

int cli_doctor(int argc, char **argv);

#endif
