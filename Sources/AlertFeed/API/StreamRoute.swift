internal import HTTPServing

extension Route {
  /// Server-sent events `violation` and `kpi`, from now on or from after `Last-Event-ID`.
  static func stream(_ streams: LiveStreams) -> Route {
    .events("/api/v1/stream") { request, stream throws(Problem) in
      try request.query.allow([])
      streams.open(stream, lastEventID: request.header("Last-Event-ID"))
    }
  }
}
