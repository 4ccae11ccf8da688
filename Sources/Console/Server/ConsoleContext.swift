import Hummingbird
import NIOCore

/// What a request brings beside itself: the connection, so that a stream nobody reads can be ended.
struct ConsoleContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }
}
