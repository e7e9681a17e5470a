/*
 * short.c - a fuzz target without a fuzzer: its corpus, and changed copies of it.
 *
 *   TARGET SECONDS FOLDER...   runs the files of the folders, then changes them
 *                              for so long; the same changes in every run
 *
 * make check runs it under any compiler. The long run, which learns from what it
 * reaches, is libFuzzer's in make soak. A finding is a signal.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SEEDS 1024
#define LONGEST ((size_t)64 << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct seed {
    uint8_t *bytes;
    size_t len;
} seeds[SEEDS];
static size_t seed_count;
static uint64_t state = 0x9e3779b97f4a7c15u;

static uint64_t draw(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static void read_seed(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct seed *seed = &seeds[seed_count];

    if (file == NULL || seed_count == SEEDS)
        exit(2);
    seed->bytes = malloc(LONGEST);
    if (seed->bytes == NULL)
        exit(2);
    seed->len = fread(seed->bytes, 1, LONGEST, file);
    seed_count++;
    fclose(file);
}

static void read_folder(const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    char path[4096];

    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
            read_seed(path);
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

/* One small change: a bit, a byte, a piece gone, doubled or from another seed. */
static size_t change(uint8_t *bytes, size_t len)
{
    size_t at = len == 0 ? 0 : draw(len), part = 1 + draw(16);
    const struct seed *other = &seeds[draw(seed_count)];

    if (part > len - at)
        part = len - at;
    switch (draw(5)) {
    case 0:
        if (len > 0)
            bytes[at] ^= (uint8_t)(1u << draw(8));
        return len;
    case 1:
        if (len > 0)
            bytes[at] = (uint8_t)draw(256);
        return len;
    case 2:
        memmove(bytes + at, bytes + at + part, len - at - part);
        return len - part;
    case 3:
        if (len + part > LONGEST)
            return len;
        memmove(bytes + at + part, bytes + at, len - at);
        return len + part;
    default:
        part = other->len < 64 ? other->len : 1 + draw(64);
        if (at + part > LONGEST)
            return len;
        memcpy(bytes + at, other->bytes, part);
        return at + part > len ? at + part : len;
    }
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    double end = seconds() + (argc > 1 ? strtod(argv[1], NULL) : 1);
    uint8_t *bytes = malloc(LONGEST);
    unsigned long runs = 0;

    for (int i = 2; i < argc; i++)
        read_folder(argv[i]);
    if (bytes == NULL || seed_count == 0)
        return 2;
    for (size_t i = 0; i < seed_count; i++, runs++)
        LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].len);
    for (; seconds() < end; runs++) {
        const struct seed *seed = &seeds[draw(seed_count)];
        size_t len = seed->len;

        memcpy(bytes, seed->bytes, len);
        for (uint64_t n = 1 + draw(4); n > 0; n--)
            len = change(bytes, len);
        LLVMFuzzerTestOneInput(bytes, len);
    }
    printf("%lu\n", runs);
    free(bytes);
    return 0;
}
