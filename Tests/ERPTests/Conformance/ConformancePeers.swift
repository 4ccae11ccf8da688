/// The connectors that are tried.
enum ConformancePeer: String, CaseIterable, Sendable {
  case http
  case files
  case filesWithAcknowledgement
  case skeleton

  var type: any ConnectorUnderTest.Type {
    switch self {
    case .http: HTTPUnderTest.self
    case .files: FilesUnderTest.self
    case .filesWithAcknowledgement: AcknowledgedFilesUnderTest.self
    case .skeleton: SkeletonUnderTest.self
    }
  }

  func make() throws -> any ConnectorUnderTest {
    switch self {
    case .http: try HTTPUnderTest()
    case .files: try FilesUnderTest()
    case .filesWithAcknowledgement: try AcknowledgedFilesUnderTest()
    case .skeleton: SkeletonUnderTest()
    }
  }
}
