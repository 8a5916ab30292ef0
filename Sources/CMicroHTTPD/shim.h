#include <microhttpd.h>

/// What `glimpse_mhd_start` hands to `MHD_start_daemon`, whose options are variadic.
struct glimpse_mhd_options {
    int listen_socket;
    unsigned int threads;
    unsigned int connections;
    unsigned int connections_per_ip;
    unsigned int idle_seconds;
    size_t connection_memory;
    /// The first argument of every callback.
    void *context;
    MHD_AcceptPolicyCallback accept_policy;
    MHD_AccessHandlerCallback handler;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    void *(*uri)(void *context, const char *uri, struct MHD_Connection *connection);
};

/// Leaves text as it is: paths and queries are decoded in Swift.
static inline size_t glimpse_mhd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return text ? __builtin_strlen(text) : 0;
}

static inline struct MHD_Daemon *glimpse_mhd_start(const struct glimpse_mhd_options *options) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0,
        options->accept_policy, options->context, options->handler, options->context,
        MHD_OPTION_LISTEN_SOCKET, options->listen_socket,
        MHD_OPTION_THREAD_POOL_SIZE, options->threads,
        MHD_OPTION_CONNECTION_LIMIT, options->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, options->connections_per_ip,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->connection_memory,
        MHD_OPTION_NOTIFY_COMPLETED, options->completed, options->context,
        MHD_OPTION_NOTIFY_CONNECTION, options->connection, options->context,
        MHD_OPTION_URI_LOG_CALLBACK, options->uri, options->context,
        MHD_OPTION_UNESCAPE_CALLBACK, glimpse_mhd_keep_escapes, NULL,
        MHD_OPTION_END);
}

/// `MHD_get_connection_info` is variadic; no argument follows for these kinds.
static inline int glimpse_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *glimpse_mhd_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

static inline void *glimpse_mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static inline size_t glimpse_mhd_header_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

/// `MHD_set_response_options` is variadic. The end of the body is the end of the connection, and nothing is chunked.
static inline void glimpse_mhd_end_by_closing(struct MHD_Response *response) {
    MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
}

/// 0 when no answer was queued.
static inline unsigned int glimpse_mhd_status(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
    return info ? info->http_status : 0;
}
