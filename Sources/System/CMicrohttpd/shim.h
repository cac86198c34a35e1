// libmicrohttpd: a small HTTP server, for the page of metrics.
#include <sys/types.h>
#include <sys/socket.h>
#include <netdb.h>
#include <microhttpd.h>

/// Serves on a socket that listens already, in one thread of the library: MHD_start_daemon is variadic,
/// which Swift cannot call. A connection that is silent for that many seconds is closed.
static inline struct MHD_Daemon *kerfuffle_serve(
    int listening, MHD_AccessHandlerCallback answer, void *context, unsigned int connections,
    unsigned int silence_seconds) {
    return MHD_start_daemon(
        MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer, context,
        MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, silence_seconds, MHD_OPTION_END);
}

/// As above with a thread for each connection, so that one answer may wait while others are given; `ended` is
/// told of every request's end.
static inline struct MHD_Daemon *kerfuffle_serve_side_by_side(
    int listening, MHD_AccessHandlerCallback answer, void *context,
    MHD_RequestCompletedCallback ended, unsigned int silence_seconds) {
    return MHD_start_daemon(
        MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0, NULL,
        NULL, answer, context, MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_NOTIFY_COMPLETED,
        ended, NULL, MHD_OPTION_CONNECTION_TIMEOUT, silence_seconds, MHD_OPTION_END);
}

static inline enum MHD_Result kerfuffle_go_on(void) { return MHD_YES; }
static inline enum MHD_ValueKind kerfuffle_headers(void) { return MHD_HEADER_KIND; }
static inline enum MHD_ValueKind kerfuffle_query(void) { return MHD_GET_ARGUMENT_KIND; }

// How an enumeration of the library looks in Swift differs from one version to the next.

static inline enum MHD_Result kerfuffle_no_answer(void) { return MHD_NO; }

/// A response with a copy of these bytes.
static inline struct MHD_Response *kerfuffle_response(const void *bytes, size_t count) {
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}
