import CUSBTestbed
import Foundation
import Scanners

// Runs the real ScannerSource on the real libusb above simulated devices. The steps are the arguments:
//   plan=NAME[,product:1200][,vendor:05e0][,serial:SN1][,port:1-2][,mode:pos][,detached:1] | start
//   plug=PORT[,keyboard|pos|channel|both][,serial:SN1][,vendor:05e0][,product:1200] | unplug=PORT
//   input=PORT | press=PORT,TEXT | grabs=PORT: its input device in the kernel, where the plan has fallback:1
//   disguise=PORT,PRODUCT: its input device says that it is another one | protocols=PORT | claims=PORT
//   refuse=PORT | admit=PORT | type=PORT,TEXT | scan=PORT,TEXT | half=PORT,TEXT | drained
//   await=NAME,STATE | says=NAME,TEXT | labels=COUNT | counts=PORT | scans | inventory | stop
// Every label and every state is printed as a line; a step that does not come true within 20 s ends with status 1.
// Must run under umockdev-wrapper; the testbed comes first because it changes the environment.
// `idle SECONDS` is another thing: it needs no umockdev and measures what waiting costs.

func say(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }

func fail(_ text: String) -> Never {
  say("FAILED: \(text)")
  exit(1)
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "idle" {
  try IdleMeasurement.run(seconds: arguments.dropFirst().first.flatMap { Double($0) } ?? 10)
  exit(0)
}
guard let testbed = usb_testbed_new() else { fail("this program must run under umockdev-wrapper") }
var story = Story(testbed: testbed)
for argument in arguments { try story.perform(argument) }
story.end()
say("end")
