#pragma once
#include <microhttpd.h>
/* MHD_start_daemon is variadic: an options array, made here, is what Swift can pass. */
typedef struct {
  int listen_socket; /* bound and listening; the daemon takes it over until MHD_quiesce_daemon gives it back */
  unsigned connection_limit, memory_limit, timeout_seconds;
  void *(*begun)(void *, const char *, struct MHD_Connection *); /* the raw request target; what it returns is the request's context */
  void *begun_context;
  void (*completed)(void *, struct MHD_Connection *, void **, enum MHD_RequestTerminationCode);
  void *completed_context;
} tenet_mhd_options;
static inline void tenet_mhd_quiet(void *context, const char *format, va_list arguments) { (void)context; (void)format; (void)arguments; }
static inline struct MHD_Daemon *tenet_mhd_start(unsigned flags, MHD_AccessHandlerCallback handler, void *context,
                                                 const tenet_mhd_options *o) {
  struct MHD_OptionItem items[8];
  int n = 0;
#define PUT(option, value, pointer) items[n++] = (struct MHD_OptionItem){option, (intptr_t)(value), (void *)(pointer)}
  PUT(MHD_OPTION_EXTERNAL_LOGGER, tenet_mhd_quiet, 0);
  PUT(MHD_OPTION_LISTEN_SOCKET, o->listen_socket, 0);
  PUT(MHD_OPTION_CONNECTION_LIMIT, o->connection_limit, 0);
  PUT(MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->memory_limit, 0);
  PUT(MHD_OPTION_CONNECTION_TIMEOUT, o->timeout_seconds, 0);
  PUT(MHD_OPTION_URI_LOG_CALLBACK, o->begun, o->begun_context);
  PUT(MHD_OPTION_NOTIFY_COMPLETED, o->completed, o->completed_context);
  PUT(MHD_OPTION_END, 0, 0);
#undef PUT
  return MHD_start_daemon(flags, 0, 0, 0, handler, context, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}
static inline unsigned tenet_mhd_connections(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
  return info ? info->num_connections : 0;
}
static inline int tenet_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}
