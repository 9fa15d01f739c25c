// The cluster objects of a change, applied while its units still start.
#pragma once

#include <optional>
#include <vector>

#include "generations/system.hpp"
#include "loop/background.hpp"
#include "plan/plan.hpp"

namespace k8s_node {

/// Applies the objects of a plan as soon as the API server takes them: a unit may be ready only
/// once they are there, as one whose identity gets its rights from them. Attempts that fail are
/// repeated until it is told to end; a last one after the units is the caller's, and only that one
/// is reported. `next` and `system` must outlive it.
class EarlyObjects {
public:
    EarlyObjects(const Plan& plan, const Generation& next, System& system);

    /// Ends the attempts. True if one has applied all objects.
    [[nodiscard]] bool finish();

private:
    void apply_when_possible(const Generation& next, System& system);

    std::vector<Change> changes_;
    bool is_done_ = false;
    std::optional<Background> attempts_; ///< goes first: it uses the members above
};

} // namespace k8s_node
