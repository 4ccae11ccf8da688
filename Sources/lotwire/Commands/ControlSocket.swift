import Console
import Foundation

/// The way to the running daemon. The data folder is all that is needed of the configuration; a configuration with a
/// fault elsewhere must not keep anyone from asking a running daemon.
enum ControlSocket {
  static func client(_ options: ConfigurationOption) throws -> ControlClient {
    ControlClient(socketPath: try options.plant().socketPath)
  }
}
