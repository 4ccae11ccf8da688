/// Reads a bearer token from its file at every use, so that an exchanged token counts at once. The token appears in no
/// message.
enum BearerToken {
  /// - Throws: `.local` where the file cannot be read, is open to every account or holds no token.
  static func read(from path: String) throws(ERPFailure) -> String {
    String(decoding: try SecretLine.read(path, what: "token"), as: UTF8.self)
  }
}
