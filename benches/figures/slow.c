/* A disk that takes longer, by the microseconds of SLOW_DISK, until it has what it is given: laid
 * before the C library (LD_PRELOAD), since SQLite has no setting for it. Both sides of a ratio wait
 * for it alike. Nothing else is touched, as by the disk of the tests that fails
 * (tests/it/disk/fault.c), whose look at every write would be measured along. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

int fsync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    const char *longer = getenv("SLOW_DISK");

    if (longer)
        usleep((useconds_t)atol(longer));
    return real(file);
}
