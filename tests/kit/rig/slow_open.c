/* Loaded before everything else: opening a USD file below SLOW_FOLDER takes SLOW_MS, as on a mount
 * that answers slowly. Each such opening is noted in SLOW_LOG: m where the main thread waited, else w. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wait_for(const char *path)
{
    const char *folder = getenv("SLOW_FOLDER"), *log = getenv("SLOW_LOG");
    if (!folder || !path || !strstr(path, folder) || !strstr(path, ".usd"))
        return;
    if (log) {
        int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
        int file = next(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
        if (file >= 0) {
            if (write(file, syscall(SYS_gettid) == getpid() ? "m" : "w", 1) < 0)
                abort();
            close(file);
        }
    }
    usleep(1000 * atoi(getenv("SLOW_MS") ? getenv("SLOW_MS") : "300"));
}

#define OPEN(name)                                                         \
    int name(const char *path, int flags, ...)                             \
    {                                                                      \
        va_list list;                                                      \
        va_start(list, flags);                                             \
        int mode = va_arg(list, int);                                      \
        va_end(list);                                                      \
        wait_for(path);                                                    \
        int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);     \
        return next(path, flags, mode);                                    \
    }
#define FOPEN(name)                                                        \
    FILE *name(const char *path, const char *mode)                         \
    {                                                                      \
        wait_for(path);                                                    \
        FILE *(*next)(const char *, const char *) = dlsym(RTLD_NEXT, #name); \
        return next(path, mode);                                           \
    }

OPEN(open)
OPEN(open64)
FOPEN(fopen)
FOPEN(fopen64)
