import Glibc

/// Turns a host name into numeric addresses. The library, asked to connect without blocking, tries only the first
/// address of a name; we try them one after the other.
enum BrokerAddresses {
  /// The addresses in the order of the system's preference; empty where the name is not known.
  static func resolve(_ host: String) -> [String] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var entry = list
    while let here = entry {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let code = getnameinfo(
        here.pointee.ai_addr, here.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      if code == 0 { addresses.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)) }
      entry = here.pointee.ai_next
    }
    return addresses
  }
}
