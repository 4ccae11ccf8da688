import Foundation
import Glibc

/// A socket and nothing else: no HTTP library between the test and the bytes.
final class RawClient {
  struct Failure: Error { var text: String }

  private let descriptor: Int32

  init(path: String, receiveBufferBytes: Int32? = nil) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    try connect(&address, receiveBufferBytes)
  }

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    try connect(&address, nil)
  }

  deinit { close(descriptor) }

  private func connect<Address>(_ address: inout Address, _ receiveBufferBytes: Int32?) throws {
    var timeout = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    if var bytes = receiveBufferBytes {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
    let size = socklen_t(MemoryLayout<Address>.size)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
    }
    guard result == 0 else { throw Failure(text: String(cString: strerror(errno))) }
  }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failure(text: String(cString: strerror(errno)))
    }
  }

  /// Reads until the text has come, at most half a minute a piece.
  func read(until text: String) throws -> String {
    var seen = ""
    while !seen.contains(text) {
      guard seen.utf8.count < 1_000_000 else { throw Failure(text: "never came: \(text)") }
      guard let part = try receive() else { throw Failure(text: "the end came after: \(seen.suffix(500))") }
      seen += String(decoding: part, as: UTF8.self)
    }
    return seen
  }

  /// Reads to the end of the connection, however it ends; false where it does not.
  func drainToEnd() throws -> Bool {
    do {
      while try receive() != nil {}
      return true
    } catch let failure as Failure {
      return failure.text == String(cString: strerror(ECONNRESET))
    }
  }

  private func receive() throws -> [UInt8]? {
    var part = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &part, part.count, 0)
    guard count >= 0 else { throw Failure(text: String(cString: strerror(errno))) }
    return count == 0 ? nil : Array(part.prefix(count))
  }
}
