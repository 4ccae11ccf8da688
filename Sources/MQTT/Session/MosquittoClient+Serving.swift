import Glibc

/// Waiting for the socket and moving bytes, for owners that acknowledge at once (Sparkplug is QoS 0, a publisher reads
/// nothing). A session that records waits here too, but reads and writes by itself.
extension MosquittoClient {
  /// Sleeps until the socket or the wake signal has something, at most so long.
  func wait(milliseconds: Int32, wake: WakeSignal?) {
    var entries = [
      // poll passes over an entry with a negative descriptor.
      pollfd(fd: socket, events: wantedEvents, revents: 0),
      pollfd(fd: wake?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    poll(&entries, 2, mayHaveMore ? 0 : milliseconds)
    if entries[0].revents & Int16(POLLOUT) != 0, !hasSeenOpenSocket {
      hasSeenOpenSocket = true
      noticeRefusal()
    }
    if entries[1].revents != 0 { wake?.clear() }
  }

  /// Whether there is something to read after at most so long; poll itself only counts milliseconds.
  func hasInput(afterMicroseconds microseconds: Int64) -> Bool {
    guard socket >= 0 else { return false }
    var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    if poll(&entry, 1, 0) == 1 { return true }
    usleep(UInt32(microseconds))
    return poll(&entry, 1, 0) == 1
  }

  /// During the handshake of TLS the library says that it wants to write although it waits for the broker; then its
  /// wish would keep us awake for nothing.
  private var wantedEvents: Int16 {
    let isInHandshake = connection.security != nil && !mailbox.isAccepted
    let wantsToWrite = isInHandshake ? !hasSeenOpenSocket : wantsToWrite
    return Int16(POLLIN) | (wantsToWrite ? Int16(POLLOUT) : 0)
  }

  /// Waits, then reads a round and sends what there is; messages and happenings must be taken afterwards, because nothing
  /// more is read while a full round waits.
  func serve(milliseconds: Int32, wake: WakeSignal?) {
    wait(milliseconds: milliseconds, wake: wake)
    readUntilDry()
    if wantsToWrite { write() }
    keepAlive()
  }

  /// While it shakes hands for TLS the library takes a refused connection for one that is slow.
  private func noticeRefusal() {
    guard connection.security != nil else { return }
    var fault: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &fault, &length)
    if fault != 0 { lose("no connection to \(connection.host): \(String(cString: strerror(fault)))") }
  }

  /// And so it takes one that was closed; only after reading, because the reason comes before the end.
  func noticeBrokenHandshake() {
    guard connection.security != nil, !mailbox.isAccepted, hasSeenOpenSocket, socket >= 0 else { return }
    var byte: UInt8 = 0
    let count = recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    guard count == 0 || (count < 0 && errno != EAGAIN) else { return }
    lose(securityWords(nil) ?? "the broker closed the connection")
  }
}
