import Devices
import ERP
import Foundation

/// Reads `erp:`.
struct ERPReader {
  let node: DocumentNode
  /// A path as the configuration means it: relative ones lie beside it.
  let path: (String) -> String

  func read() -> ERPEntry? {
    node.allowKeys(["http", "files", "poll_seconds"])
    let poll = node["poll_seconds"]?.seconds(in: 0.2...86_400, "Write seconds, such as 30") ?? 30_000_000
    guard let way = way() else { return nil }
    return ERPEntry(way: way, pollMicroseconds: poll)
  }

  private func way() -> ERPEntry.Way? {
    if let http = node["http"] { return readHTTP(http).map { .http($0) } }
    if let files = node["files"] { return readFiles(files).map { .files($0) } }
    node.fault("the ERP has no connector", "Write http: {url: …} or files: {outbound: …}")
    return nil
  }
}
