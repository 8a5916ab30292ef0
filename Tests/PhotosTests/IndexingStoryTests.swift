import Ingest
import Testing

@testable import Photos

@Suite struct IndexingStoryTests {
    private func status(_ state: IndexStatus.State, job: Int64?) -> IndexStatus {
        var status = IndexStatus(job: nil)
        (status.state, status.jobID) = (state, job)
        return status
    }

    @Test("a run that ends is done, once, though nobody saw it run; what had ended before is news to nobody")
    func done() {
        var story = IndexingStory()
        #expect(story.event(for: status(.succeeded, job: 1)) == .progress)
        #expect(story.event(for: status(.succeeded, job: 2)) == .done)
        #expect(story.event(for: status(.succeeded, job: 2)) == .progress)
        #expect(story.event(for: status(.queued, job: 3)) == .progress)
        #expect(story.event(for: status(.running, job: 3)) == .progress)
        #expect(story.event(for: status(.failed, job: 3)) == .done)
    }
}
