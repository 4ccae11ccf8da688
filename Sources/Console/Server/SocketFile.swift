import Glibc

/// The socket file of the console: how an old one is judged and a new one gets to its place.
///
/// The new socket is bound inside a folder that only we may enter, gets mode 0600 there and is renamed to its place: at
/// no moment can another account connect.
struct SocketFile {
  let path: String
  let nursery: String
  var bindPath: String { nursery + "/s" }

  /// - Throws: `.pathTooLong`.
  init(path: String) throws(ConsoleFault) {
    self.path = path
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    nursery = folder + ".lw"
    let bytes = max(path.utf8.count, nursery.utf8.count + 2)
    guard bytes <= ConsoleFault.maximumSocketPathBytes else { throw .pathTooLong(path: path, bytes: bytes) }
  }

  /// Removes the socket of a dead daemon and refuses that of a live one; makes the folder for the new one.
  func prepare() throws(ConsoleFault) {
    var facts = stat()
    if lstat(path, &facts) == 0 {
      guard facts.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
      switch UnixSocket.connect(to: path) {
      case .success(let descriptor):
        close(descriptor)
        throw .alreadyServed(path: path)
      case .failure(let code) where code.number == ECONNREFUSED:
        unlink(path)
      case .failure(let code):
        throw .system(attempted: "find out whether a daemon serves \(path)", reason: code.reason)
      }
    }
    unlink(bindPath)
    rmdir(nursery)
    guard mkdir(nursery, 0o700) == 0 else {
      throw .system(attempted: "make the folder \(nursery)", reason: String(cString: strerror(errno)))
    }
  }

  /// Makes the bound socket visible at its place.
  func publish() throws(ConsoleFault) {
    guard chmod(bindPath, 0o600) == 0, rename(bindPath, path) == 0 else {
      throw .system(attempted: "put the socket at \(path)", reason: String(cString: strerror(errno)))
    }
    rmdir(nursery)
  }

  func remove() {
    unlink(path)
    unlink(bindPath)
    rmdir(nursery)
  }
}
