import Core
import Foundation
import Imaging

ProcessMemory.keepFreed()
// A child of the decode pool: nothing else of the program is set up in it.
if CommandLine.arguments.dropFirst().first == "decode-worker" {
    exit(DecodeWorker.run())
}
signal(SIGPIPE, SIG_IGN)
exit(await Program.run(Array(CommandLine.arguments.dropFirst())))
