// Shows ThreadSanitizer what it does not see by itself. scripts/sanitize builds this as a library and
// preloads it; nothing that is shipped contains it.
//
// 1. librdkafka uses the threads of C11 (thrd_create, mtx_lock, cnd_wait, …), which the sanitizer's
//    runtime does not intercept: it crashes in a thread that it never met, and sees no order between what
//    two of them do. Here they become the POSIX calls that it does intercept. glibc makes each of them of
//    the same things; mtx_t and cnd_t are as large as what is put into them (asserted below).
// 2. Swift's Mutex, where two threads want it at once, is taken and given back in the standard library,
//    which is not instrumented. That is done as it is, and the sanitizer told that it was.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

_Static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "a mutex does not fit");
_Static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "a condition does not fit");
_Static_assert(sizeof(thrd_t) == sizeof(pthread_t), "a thread is no thread");
_Static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "a flag does not fit");
_Static_assert(sizeof(tss_t) == sizeof(pthread_key_t), "a key does not fit");

// The sanitizer's own, where the process has it: a Python or a Java that a test starts has not.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static int answer(int code) {
    switch (code) {
    case 0: return thrd_success;
    case ENOMEM: return thrd_nomem;
    case ETIMEDOUT: return thrd_timedout;
    case EBUSY: return thrd_busy;
    default: return thrd_error;
    }
}

// MARK: Threads

struct start {
    thrd_start_t function;
    void *argument;
};

static void *run(void *opaque) {
    struct start start = *(struct start *)opaque;
    free(opaque);
    return (void *)(intptr_t)start.function(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument) {
    struct start *start = malloc(sizeof *start);
    if (!start) return thrd_nomem;
    *start = (struct start){function, argument};
    int code = pthread_create((pthread_t *)thread, NULL, run, start);
    if (code) free(start);
    return code == EAGAIN ? thrd_nomem : answer(code);
}

int thrd_join(thrd_t thread, int *result) {
    void *value;
    int code = pthread_join((pthread_t)thread, &value);
    if (!code && result) *result = (int)(intptr_t)value;
    return answer(code);
}

int thrd_detach(thrd_t thread) { return answer(pthread_detach((pthread_t)thread)); }
thrd_t thrd_current(void) { return (thrd_t)pthread_self(); }
_Noreturn void thrd_exit(int result) { pthread_exit((void *)(intptr_t)result); }

void call_once(once_flag *flag, void (*function)(void)) {
    pthread_once((pthread_once_t *)flag, function);
}

// MARK: Mutexes

int mtx_init(mtx_t *mutex, int type) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if (type & mtx_recursive) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    int code = pthread_mutex_init((pthread_mutex_t *)mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return answer(code);
}

void mtx_destroy(mtx_t *mutex) { pthread_mutex_destroy((pthread_mutex_t *)mutex); }
int mtx_lock(mtx_t *mutex) { return answer(pthread_mutex_lock((pthread_mutex_t *)mutex)); }
int mtx_trylock(mtx_t *mutex) { return answer(pthread_mutex_trylock((pthread_mutex_t *)mutex)); }
int mtx_unlock(mtx_t *mutex) { return answer(pthread_mutex_unlock((pthread_mutex_t *)mutex)); }

int mtx_timedlock(mtx_t *mutex, const struct timespec *time) {
    return answer(pthread_mutex_timedlock((pthread_mutex_t *)mutex, time));
}

// MARK: Conditions

int cnd_init(cnd_t *condition) { return answer(pthread_cond_init((pthread_cond_t *)condition, NULL)); }
void cnd_destroy(cnd_t *condition) { pthread_cond_destroy((pthread_cond_t *)condition); }
int cnd_signal(cnd_t *condition) { return answer(pthread_cond_signal((pthread_cond_t *)condition)); }
int cnd_broadcast(cnd_t *condition) { return answer(pthread_cond_broadcast((pthread_cond_t *)condition)); }

int cnd_wait(cnd_t *condition, mtx_t *mutex) {
    return answer(pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex));
}

int cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *time) {
    return answer(pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, time));
}

// MARK: What belongs to a thread

int tss_create(tss_t *key, tss_dtor_t destructor) { return answer(pthread_key_create(key, destructor)); }
void tss_delete(tss_t key) { pthread_key_delete(key); }
void *tss_get(tss_t key) { return pthread_getspecific(key); }
int tss_set(tss_t key, void *value) { return answer(pthread_setspecific(key, value)); }

// MARK: Swift's Mutex

// A mutex that is contended is taken and given back by the kernel (FUTEX_LOCK_PI). These are
// Synchronization._MutexHandle._lockSlow(UInt32) and _unlockSlow() as Swift 6 names them; where a later
// one names them otherwise, contended mutexes are reported as races.

typedef __attribute__((swiftcall)) void lock_slow(
    uint32_t owner, __attribute__((swift_context)) void *handle);
typedef __attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *handle);

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
lock_slow shown_lock_slow __asm__(LOCK_SLOW);
unlock_slow shown_unlock_slow __asm__(UNLOCK_SLOW);

// The standard library's own; the same answer each time, so it does not matter who asks first.
static void *original(_Atomic(void *) *kept, const char *name) {
    void *function = *kept;
    if (!function) *kept = function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

__attribute__((swiftcall)) void shown_lock_slow(
    uint32_t owner, __attribute__((swift_context)) void *handle) {
    static _Atomic(void *) kept;
    ((lock_slow *)original(&kept, LOCK_SLOW))(owner, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

__attribute__((swiftcall)) void shown_unlock_slow(__attribute__((swift_context)) void *handle) {
    static _Atomic(void *) kept;
    if (__tsan_release) __tsan_release(handle);
    ((unlock_slow *)original(&kept, UNLOCK_SLOW))(handle);
}
