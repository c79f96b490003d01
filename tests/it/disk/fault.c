/* A disk that fails. Loaded before the C library (ld.so(8), LD_PRELOAD), so that the program, its
   SQLite and its standard library are all those of the product.

   $VESTIBULE_TEST_DISK is the folder on that disk. The file beside it that has ".fault" after its
   name says what is wrong: "full 4096" (so many bytes can still be added), "broken" (writing is an
   I/O error), "unsynced" (only fsync is one), "read-only". Without that file nothing is wrong. A
   file with ".mounts" after its name is shown for the kernel's list of what is mounted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int is_on_disk(const char *path) {
    const char *disk = getenv("VESTIBULE_TEST_DISK");
    size_t length = disk ? strlen(disk) : 0;
    return length && !strncmp(path, disk, length) && path[length] == '/';
}

static int is_file_on_disk(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_on_disk(path);
}

static void beside(char *path, const char *ending) {
    snprintf(path, PATH_MAX, "%s%s", getenv("VESTIBULE_TEST_DISK"), ending);
}

/* The word of what is wrong, and the room that is left. */
static int wrong(char word[16], long *room) {
    char path[PATH_MAX], text[64];
    beside(path, ".fault");
    int file = REAL(open)(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    text[length > 0 ? length : 0] = 0;
    *room = 0;
    return sscanf(text, "%15s %ld", word, room) >= 1;
}

/* How much of a write up to `end` is let through; -1 with errno for none. */
static ssize_t allowed(int fd, size_t size, off_t end) {
    char word[16], path[PATH_MAX], text[64];
    struct stat file;
    long room;
    if (!is_file_on_disk(fd) || !wrong(word, &room)) return size;
    if (!strcmp(word, "broken")) return errno = EIO, -1;
    if (!strcmp(word, "read-only")) return errno = EROFS, -1;
    if (strcmp(word, "full") || fstat(fd, &file) || end <= file.st_size) return size;
    long growth = end - file.st_size;
    if (growth > room && growth - room >= (long)size) return errno = ENOSPC, -1;
    if (growth > room) size -= growth - room, growth = room;
    beside(path, ".fault");
    int told = REAL(open)(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    int length = snprintf(text, sizeof text, "full %ld", room - growth);
    if (REAL(write)(told, text, length) != length) abort();
    close(told);
    return size;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    off_t at = lseek(fd, 0, SEEK_CUR);
    if (at < 0) return REAL(write)(fd, bytes, size);
    struct stat file;
    if (fcntl(fd, F_GETFL) & O_APPEND && !fstat(fd, &file)) at = file.st_size;
    pthread_mutex_lock(&turn);
    ssize_t part = allowed(fd, size, at + size);
    ssize_t done = part < 0 ? -1 : REAL(write)(fd, bytes, part);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
    pthread_mutex_lock(&turn);
    ssize_t part = allowed(fd, size, at + size);
    ssize_t done = part < 0 ? -1 : REAL(pwrite64)(fd, bytes, part, at);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    return pwrite64(fd, bytes, size, at);
}

/* Whoever copies in the kernel is sent to write(). */
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t size, unsigned how) {
    (void)from, (void)at, (void)to, (void)there, (void)size, (void)how;
    return errno = ENOSYS, -1;
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t size) {
    (void)to, (void)from, (void)at, (void)size;
    return errno = ENOSYS, -1;
}

static int synced(int fd, int (*real)(int)) {
    char word[16];
    long room;
    if (!is_file_on_disk(fd) || !wrong(word, &room) || !strcmp(word, "full")) return real(fd);
    return errno = EIO, -1;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

static int opened(int folder, const char *path, int flags, mode_t mode) {
    char word[16], mounts[PATH_MAX];
    long room;
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
    if (writes && is_on_disk(path) && wrong(word, &room) && !strcmp(word, "read-only"))
        return errno = EROFS, -1;
    if (!strcmp(path, "/proc/self/mountinfo")) {
        beside(mounts, ".mounts");
        if (!access(mounts, R_OK)) path = mounts;
    }
    return REAL(openat)(folder, path, flags, mode);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags | O_LARGEFILE, mode); }
