/// The stages of lowering, in their order. What each of them makes has a text form: `compile --stop-after STAGE`.
public enum LoweringStage: String, Sendable, CaseIterable {
    /// Which values are images and which plain tensors, and whether the schedule repeats over the batch.
    case layout
    /// Operations with kernels, in a plan without a schedule.
    case kernels
    /// The same plan with its weights as they are stored.
    case weights
    /// Algorithms, heights and order of the steps, rings and their places: the finished plan.
    case schedule
}
