#pragma once
#include <microhttpd.h>
/* MHD_start_daemon is variadic: an options array, made here, is what Swift can pass. */
typedef struct {
  const void *address; /* struct sockaddr *, or NULL: any */
  unsigned connection_limit, memory_limit, timeout_seconds;
  void (*completed)(void *, struct MHD_Connection *, void **, enum MHD_RequestTerminationCode);
  void *completed_context;
} tenet_mhd_options;
static inline void tenet_mhd_quiet(void *context, const char *format, va_list arguments) { (void)context; (void)format; (void)arguments; }
static inline struct MHD_Daemon *tenet_mhd_start(unsigned flags, uint16_t port, MHD_AccessHandlerCallback handler, void *context,
                                                 const tenet_mhd_options *o) {
  struct MHD_OptionItem items[8];
  int n = 0;
#define PUT(option, value, pointer) items[n++] = (struct MHD_OptionItem){option, (intptr_t)(value), (void *)(pointer)}
  PUT(MHD_OPTION_EXTERNAL_LOGGER, tenet_mhd_quiet, 0);
  if (o->address) PUT(MHD_OPTION_SOCK_ADDR, 0, o->address);
  if (o->connection_limit) PUT(MHD_OPTION_CONNECTION_LIMIT, o->connection_limit, 0);
  if (o->memory_limit) PUT(MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->memory_limit, 0);
  if (o->timeout_seconds) PUT(MHD_OPTION_CONNECTION_TIMEOUT, o->timeout_seconds, 0);
  if (o->completed) PUT(MHD_OPTION_NOTIFY_COMPLETED, o->completed, o->completed_context);
  PUT(MHD_OPTION_END, 0, 0);
#undef PUT
  return MHD_start_daemon(flags, port, 0, 0, handler, context, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}
static inline uint16_t tenet_mhd_port(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info ? info->port : 0;
}
