/*
 * What a test may do to one unmodified process, preloaded into it: move its wall clock, fail its
 * syncs. The file named by FAULTS holds two longs that the test writes at any time: by how many
 * seconds the wall clock is off, and whether fsync and fdatasync fail. Monotonic clocks go on.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long nothing[2];
static volatile long *words = nothing;
static int (*real_clock)(clockid_t, struct timespec *);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void start(void) {
    real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    const char *name = getenv("FAULTS");
    int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        void *map = mmap(NULL, sizeof nothing, PROT_READ, MAP_SHARED, file, 0);
        if (map != MAP_FAILED) {
            words = map;
        }
        close(file);
    }
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = real_clock(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += words[0];
    }
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    int result = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return result;
}

time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now != NULL) {
        *now = exact.tv_sec;
    }
    return exact.tv_sec;
}

static int failed(void) {
    errno = EIO;
    return -1;
}

int fsync(int file) { return words[1] ? failed() : real_fsync(file); }

int fdatasync(int file) { return words[1] ? failed() : real_fdatasync(file); }
