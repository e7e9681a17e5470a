/*
 * bench_cases.h - the made-up cases of host_bench.c: 3 to 10 KB, each with two
 * notes, and sources that quote them. The k-th differs from its neighbours in
 * what it holds and in what is missing.
 */
#ifndef RUBRIC_HOST_BENCH_CASES_H
#define RUBRIC_HOST_BENCH_CASES_H

#include "base/buf.h"

static inline void put_procedures(struct buf *out, int count)
{
    buf_puts(out, ",\"procedures\":[");
    for (int i = 0; i < count; i++)
        buf_printf(out,
                   "%s{\"id\":\"p%d\",\"code\":{\"system\":\"cpt\",\"code\":\"64483\"},\"kind\":"
                   "\"epidural-injection\",\"status\":"
                   "\"completed\",\"performed\":\"2025-%02d-10\",\"bodySite\":{\"region\":"
                   "\"lumbar\",\"level\":[\"L4-L5\"],\"laterality\":\"right\"},\"outcome\":{"
                   "\"reliefPercent\":%d},\"src\":[\"s1\"]}",
                   i == 0 ? "" : ",", i, 2 * i + 1, 40 + 10 * i);
    buf_puts(out, "],\"complete\":{\"procedures\":{\"from\":\"2023-12-01\",\"src\":[\"s1\"]}}");
}

static inline void put_answers(struct buf *out, int k)
{
    static const char *const names[] = {"record.history", "record.physical_exam",
                                        "pain.affects_function", "plan.contrast"};

    buf_puts(out,
             ",\"answers\":{\"pain.root_cause\":{\"value\":\"disc-herniation\",\"src\":[\"s2\"]},"
             "\"plan.guidance\":{\"value\":\"fluoroscopy\",\"src\":[\"s2\"]}");
    for (int i = 0; i < 4; i++)
        if ((k + i) % 13 != 0)
            buf_printf(out, ",\"%s\":{\"value\":true,\"src\":[\"s2\"]}", names[i]);
    buf_printf(out, ",\"safety.infection\":{\"value\":%s,\"src\":[\"s2\"]}}",
               k % 17 == 0 ? "true" : "false");
}

static inline void put_documents(struct buf *out, int k)
{
    buf_puts(out, ",\"documents\":[");
    for (int i = 0; i < 2; i++) {
        buf_printf(out, "%s{\"id\":\"d%d\",\"title\":\"Clinic note\",\"date\":\"2026-01-26\","
                        "\"contentType\":\"text/plain\",\"text\":\"", i == 0 ? "" : ",", i);
        for (int line = 0; line < 6 + k % 36; line++)
            buf_puts(out, "Numeric rating scale today: 7 of 10. Walks one block; sleep is "
                          "broken.\\n");
        buf_puts(out, "\"}");
    }
    buf_puts(out, "],\"sources\":{");
    for (int i = 1; i < 9; i++)
        buf_printf(out, "%s\"s%d\":{\"kind\":\"reviewer\",\"doc\":\"d0\",\"span\":[0,35],"
                        "\"quote\":\"Numeric rating scale today: 7 of 10\"}", i == 1 ? "" : ",", i);
    buf_puts(out, "}}");
}

static inline void write_case(struct buf *out, int k)
{
    buf_printf(
        out,
        "{\"schema\":\"rubric-case/1\",\"caseId\":\"K%04d\",\"kind\":\"prior-authorization\","
        "\"asOf\":\"2026-01-29\",\"request\":{\"urgency\":\"standard\",\"lines\":[{\"sequence\":"
        "1,\"system\":\"cpt\",\"code\":\"64483\",\"modifier\":[\"RT\"],\"quantity\":{\"value\":1},"
        "\"serviced\":{\"start\":\"2026-02-10\"},\"bodySite\":{\"region\":\"lumbar\",\"level\":["
        "\"L4-L5\"],\"laterality\":\"right\"},\"src\":[\"s1\"]}]},\"patient\":{\"memberId\":"
        "\"M-%d\",\"birthDate\":\"1967-05-20\",\"src\":[\"s1\"]},\"coverage\":{\"payor\":"
        "\"Bench\",\"src\":[\"s1\"]},\"diagnoses\":[{\"id\":\"x1\",\"system\":\"icd-10-cm\","
        "\"code\":\"M54.16\",\"onset\":\"2025-11-03\",\"src\":[\"s3\"]}]",
        k, k);
    if (k % 11 != 0)
        buf_puts(out, ",\"treatments\":[{\"id\":\"t1\",\"kind\":\"physical-therapy\",\"status\":"
                      "\"completed\",\"period\":{\"start\":\"2025-12-01\",\"end\":\"2026-01-16\"},"
                      "\"outcome\":{\"result\":\"failed\"},\"src\":[\"s4\"]}]");
    buf_printf(out,
               ",\"observations\":[{\"id\":\"o1\",\"name\":\"pain-nrs\",\"effective\":"
               "\"2026-01-26\",\"value\":{\"number\":%d,\"scale\":[0,10]},\"src\":[\"s5\"]}],"
               "\"imaging\":[{\"id\":\"i1\",\"modality\":\"MR\",\"effective\":\"2025-12-18\","
               "\"findings\":[{\"finding\":\"disc-herniation\",\"level\":\"L4-L5\",\"laterality\":"
               "\"right\"}],\"src\":[\"s6\"]}]",
               3 + k % 6);
    put_procedures(out, k % 6);
    put_answers(out, k);
    put_documents(out, k);
}

#endif
