/*
 * doctor.h - `rubric doctor`: which walls this machine offers.
 */
#ifndef RUBRIC_CLI_DOCTOR_H
#define RUBRIC_CLI_DOCTOR_H

int cli_doctor(int argc, char **argv);

#endif
