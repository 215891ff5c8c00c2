/* Makes each sync take at least SLOW_SYNC_MS longer, in this process and in those it starts.
 *
 * The aims of docs/design were set for disks whose sync takes 3.5 to 6 ms; some machines lie, or
 * have a battery, and sync in 0.1 ms. Waits do not queue behind one another, as if the disk
 * took any number of syncs at once: that favours whoever syncs most, which is the baselines.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_as_told(void) {
    const char *text = getenv("SLOW_SYNC_MS");
    double ms = text ? atof(text) : 0;
    struct timespec pause = {(time_t)(ms / 1e3), (long)(ms * 1e6) % 1000000000L};
    nanosleep(&pause, NULL);
}

#define SLOWED(name)                                      \
    int name(int fd) {                                    \
        int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, #name); \
        wait_as_told();                                   \
        return real(fd);                                  \
    }

SLOWED(fsync)
SLOWED(fdatasync)
SLOWED(syncfs)
