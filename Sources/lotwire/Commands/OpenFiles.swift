import Glibc

/// The bound of the process on open files and connections.
enum OpenFiles {
  /// Enough for 2,000 devices, the ledger and the console.
  static let wanted: rlim_t = 16_384
  /// Ledger, sockets, libraries: what is open beside the devices.
  static let ownUse = 200

  /// Raises the soft bound to what is wanted, as far as the hard bound allows.
  ///
  /// - Returns: what is allowed now.
  static func raise() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    if limit.rlim_cur < wanted {
      var raised = limit
      raised.rlim_cur = min(wanted, limit.rlim_max)
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }
}
