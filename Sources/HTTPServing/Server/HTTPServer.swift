internal import CMicroHTTPD
internal import Dispatch
internal import Glibc
internal import Synchronization
package import Telemetry

/// An HTTP/1.1 server: one thread that never waits, a few workers for what does, streams of events.
package final class HTTPServer: Sendable {
  private struct State {
    var running: Running?
    var address: ListenAddress
    var streams: [ObjectIdentifier: EventStream] = [:]
    var stopping = false
  }
  /// libmicrohttpd's handle, which any thread may use, and the timer of comments, which only `start` and `stop` touch.
  private struct Running: @unchecked Sendable {
    let daemon: OpaquePointer
    let comments: any DispatchSourceTimer
  }

  let table: RouteTable
  let limits: ServerLimits
  let log: Logger
  let metrics: ServerMetrics
  private let state: Mutex<State>
  private let pool: WorkerPool
  /// Requests whose connection sleeps, or streams.
  private let held = DispatchGroup()

  package init(
    listen address: ListenAddress, routes: [Route], limits: ServerLimits = ServerLimits(), metrics: MetricsRegistry, log: Logger
  ) {
    table = RouteTable(routes)
    self.limits = limits
    self.log = log
    self.metrics = ServerMetrics(metrics)
    state = Mutex(State(address: address))
    pool = WorkerPool(threads: limits.workers, limit: limits.waiting)
  }

  deinit { stop() }

  /// Where it listens; the port is the real one once it has started.
  package var address: ListenAddress { state.withLock { $0.address } }

  var openStreams: Int { state.withLock { $0.streams.count } }

  var isStopping: Bool { state.withLock { $0.stopping } }

  /// - Parameter orFreePort: takes a free port when another process listens on the given one.
  package func start(orFreePort: Bool = false) throws(ListenFault) {
    raiseFileLimit()
    let (socket, bound) = try listen(orFreePort: orFreePort)
    var options = tenet_mhd_options()
    options.listen_socket = socket
    options.connection_limit = UInt32(limits.connections)
    options.memory_limit = UInt32(limits.connectionBytes)
    options.timeout_seconds = UInt32(limits.idleSeconds)
    options.begun = requestBegun
    options.completed = requestCompleted
    // The daemon is stopped before the server goes away: no need to retain it.
    let context = Unmanaged.passUnretained(self).toOpaque()
    options.completed_context = context
    let flags = MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue | MHD_USE_ITC.rawValue
    guard let daemon = tenet_mhd_start(flags, requestArrived, context, &options) else {
      close(socket)
      throw ListenFault(description: "cannot start a server on `\(bound)`", isTaken: false)
    }
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + limits.comment / .seconds(1), repeating: limits.comment / .seconds(1))
    timer.setEventHandler { [weak self] in self?.comment() }
    timer.resume()
    let running = Running(daemon: daemon, comments: timer)
    state.withLock {
      $0.address = bound
      $0.running = running
    }
  }

  /// Takes no further requests, answers those it has, ends all streams, and returns when the port is free.
  package func stop() {
    let (running, streams) = state.withLock { state in
      defer { (state.running, state.stopping) = (nil, true) }
      return (state.running, Array(state.streams.values))
    }
    running?.comments.cancel()
    let listener = running.map { MHD_quiesce_daemon($0.daemon) } ?? -1
    log.debug("taking no further requests")
    for stream in streams { stream.finish() }
    let drained = pool.stop(within: .seconds(5))
    guard let running else { return }
    // Gives the streams' ends time to reach their clients; those that do not read are closed below.
    _ = held.wait(timeout: .now() + limits.farewell / .seconds(1))
    if drained {
      MHD_stop_daemon(running.daemon)
    } else {
      // Stopping while a connection sleeps ends the process.
      log.error("a request did not end: the server's thread is left behind")
    }
    if listener >= 0 { close(listener) }
  }

  private func listen(orFreePort: Bool) throws(ListenFault) -> (socket: Int32, address: ListenAddress) {
    do throws(ListenFault) { return try address.listen() } catch {
      guard error.isTaken, orFreePort else { throw error }
      return try ListenAddress(host: address.host, port: 0).listen()
    }
  }

  private func comment() {
    for stream in state.withLock({ Array($0.streams.values) }) { stream.send(.comment) }
  }

  private func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, rlim_t(limits.connections + 1_024)))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

/// What the server's thread and the workers do with a request.
extension HTTPServer {
  /// Answers now, or suspends the connection and lets a worker answer.
  func dispatch(_ exchange: Exchange) -> MHD_Result {
    let headers = exchange.connection.headers
    exchange.request = Request(method: exchange.method, path: exchange.target, headers: headers)
    guard let target = RequestTarget(exchange.target) else {
      return answer(exchange, Problem(400, "the address is not percent-encoded UTF-8").reply)
    }
    let found: (route: Route, parameters: [String: String])
    do throws(Problem) { found = try table.find(exchange.method, target) } catch { return answer(exchange, error.reply) }
    let request = Request(
      method: exchange.method, path: target.path, parameters: found.parameters, query: target.query, headers: headers)
    exchange.request = request
    exchange.route = found.route
    switch found.route.handler {
    case .fixed(let reply): return answer(exchange, reply)
    case .quick(let handler): return answer(exchange, handler(request))
    case .slow(let handler):
      return hold(exchange) {
        do throws(Problem) { return .reply(try handler(request).prepared(for: request)) } catch {
          return .reply(error.reply.prepared(for: request))
        }
      }
    case .events where exchange.method == "HEAD":
      return answer(exchange, Reply(contentType: "text/event-stream", headers: [Reply.noStore], body: []))
    case .events(let open):
      return hold(exchange) { [self] in
        do throws(Problem) {
          let stream = try openStream()
          do throws(Problem) { try open(request, stream) } catch {
            stream.release()
            throw error
          }
          return .stream(stream)
        } catch {
          return .reply(error.reply.prepared(for: request))
        }
      }
    }
  }

  /// After a worker is done with the exchange.
  func conclude(_ exchange: Exchange) -> MHD_Result {
    guard let outcome = exchange.outcome.withLock({ $0 }) else { return .YES }
    switch outcome {
    case .reply(let reply):
      counted(exchange, reply.status)
      return exchange.queue(reply)
    case .stream(let stream):
      counted(exchange, 200)
      if isStopping { stream.finish() }
      return exchange.queue(stream)
    }
  }

  func answer(_ exchange: Exchange, _ reply: Reply) -> MHD_Result {
    let request = exchange.request ?? Request(method: exchange.method, path: exchange.target)
    counted(exchange, reply.status)
    return exchange.queue(reply.prepared(for: request))
  }

  /// The request is over: answered, or its client has left.
  func completed(_ exchange: Exchange) {
    if case .stream(let stream)? = exchange.outcome.withLock({ $0 }) { stream.release() }
    if exchange.phase == .waiting { held.leave() }
  }

  private func hold(_ exchange: Exchange, _ work: @escaping @Sendable () -> Exchange.Outcome) -> MHD_Result {
    exchange.phase = .waiting
    held.enter()
    // Suspended first: a worker must not resume what does not sleep yet.
    exchange.connection.suspend()
    let taken = pool.submit {
      let outcome = work()
      exchange.outcome.withLock { $0 = outcome }
      exchange.connection.resume()
    }
    if !taken {
      let problem = Problem(503, "too many requests wait", headers: [(name: "Retry-After", value: "1")])
      exchange.outcome.withLock { $0 = .reply(problem.reply) }
      exchange.connection.resume()
    }
    return .YES
  }

  private func openStream() throws(Problem) -> EventStream {
    let counter = metrics.cutOff
    let stream = EventStream(limit: limits.streamBytes) { counter.add() }
    let full = state.withLock { state -> Bool in
      if state.streams.count >= limits.streams || state.stopping { return true }
      state.streams[ObjectIdentifier(stream)] = stream
      return false
    }
    if full { throw Problem(503, "too many streams are open", headers: [(name: "Retry-After", value: "10")]) }
    metrics.streams.add(1)
    let key = ObjectIdentifier(stream)
    stream.onClose { [weak self] in
      guard let self else { return }
      metrics.streams.add(-1)
      state.withLock { $0.streams[key] = nil }
    }
    return stream
  }

  private func counted(_ exchange: Exchange, _ status: Int) {
    metrics.answered(exchange.route?.template, method: exchange.method, status: status, after: ContinuousClock.now - exchange.begun)
    log.debug("answered", ["method": .string(exchange.method), "target": .string(exchange.target), "status": .int(status)])
  }
}
