public import Foundation

/// A folder that goes away with its owner.
public final class TemporaryFolder {
  public let url: URL

  public init(_ purpose: String) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("lotwire-\(purpose)-\(UUID().uuidString.prefix(8))", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    // Left-over files in the temporary folder harm nobody.
    try? FileManager.default.removeItem(at: url)
  }

  public func file(_ name: String) -> URL { url.appendingPathComponent(name) }
}
