import Foundation
import Glibc
import Shopfloor

/// The plain count of the stock that the simulated ERP keeps by the movements it took.
struct SimulatedStock: Decodable {
  struct Line: Decodable {
    var received: Quantity
    var consumed: Quantity
    var picked: Quantity
    var movements: Int
    var status: String?
  }

  var lots: [String: Line]
}

extension SimulatedERP {
  func stock() throws -> SimulatedStock {
    try book(SimulatedStock.self, "/stock")
  }

  /// A count that the simulated ERP keeps.
  func book<Book: Decodable>(_ type: Book.Type, _ path: String) throws -> Book {
    try JSONDecoder().decode(type, from: Data(try get(path)))
  }

  /// The body of a short answer.
  private func get(_ path: String) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw NotInTime(description: "no connection to the simulated ERP: \(errno)") }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
    guard Glibc.write(descriptor, request, request.count) == request.count else {
      throw NotInTime(description: "the simulated ERP takes no request: \(errno)")
    }
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &part, part.count)
      guard count > 0 else { break }
      answer += part.prefix(count)
    }
    guard let end = Data(answer).range(of: Data("\r\n\r\n".utf8)) else {
      throw NotInTime(description: "no answer of the simulated ERP")
    }
    return Array(answer[end.upperBound...])
  }
}
