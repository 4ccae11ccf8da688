import Foundation
import Glibc

/// The latest checkpoint once more, in a small file beside the ledger: a ledger that holds less than its head file says
/// was cut off or put back.
struct LedgerHead {
  let path: String

  init(besides ledgerPath: String) { path = ledgerPath + ".head" }

  /// What the file says; nil where there is none.
  enum Content {
    case note(CheckpointNote)
    case unreadable(String)
  }

  func read(on disk: any LedgerDisk) -> Content? {
    do throws(LedgerDiskFault) {
      guard let bytes = try disk.head(of: path, count: CheckpointNote.maximumBytes + 1) else { return nil }
      guard let note = CheckpointNote(text: String(decoding: bytes, as: UTF8.self)) else {
        return .unreadable("it is not a checkpoint")
      }
      return .note(note)
    } catch {
      return .unreadable("it cannot be read")
    }
  }

  /// Puts the note in the place of the former one: written, synced, renamed, and the folder synced. A former note of a
  /// greater tree stays beside it, for it says what the ledger once held.
  func keep(_ note: CheckpointNote) throws {
    if case .note(let former)? = read(on: FileSystemDisk()), former.treeSize > note.treeSize {
      let aside = "\(path).of-\(former.treeSize)-events"
      guard rename(path, aside) == 0 else { throw problem(aside) }
    }
    let fresh = path + ".new"
    let opened = open(fresh, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw problem(fresh) }
    defer { close(opened) }
    let bytes = Array(note.text.utf8)
    let count = bytes.withUnsafeBytes { Glibc.write(opened, $0.baseAddress, $0.count) }
    guard count == bytes.count, fsync(opened) == 0, rename(fresh, path) == 0 else { throw problem(fresh) }
    let folder = open(
      path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw problem(path) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw problem(path) }
  }

  private func problem(_ path: String) -> LedgerError {
    .cannotOpen(path: path, reason: String(cString: strerror(errno)))
  }
}
