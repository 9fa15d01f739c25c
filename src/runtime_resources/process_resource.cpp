#include "runtime_resources/process_resource.hpp"

#include "support/error.hpp"

namespace k8s_node {

namespace {

using namespace std::chrono_literals;

/// Time for pods to end by themselves, and for helpers of the runtime, which have nothing to lose
/// by then.
constexpr auto pod_grace = 10s;
constexpr auto helper_grace = 1s;

void end(const teardown::ProcessScope& scope, std::chrono::milliseconds grace, Removal& removal) {
    const auto left = removal.host.end_processes(scope, grace);
    if (left.empty()) {
        return;
    }
    Error error("processes do not end although they were killed");
    for (const auto& process : left) {
        error.with_detail(process);
    }
    throw error.try_this("they are stuck in the kernel, mostly on a file system whose server is "
                         "gone; when they have ended, run the same command again");
}

class ProcessKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "process"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (auto& process : removal.host.processes(removal.scope.processes)) {
            out.push_back({name(), std::move(process)});
        }
        return out;
    }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage == RemovalStage::end_pods) {
            end({removal.scope.ledger.cleanup.cgroups, {}}, pod_grace, removal);
        } else if (stage == RemovalStage::end_processes) {
            end(removal.scope.processes, helper_grace, removal);
        }
    }
};

} // namespace

const ResourceKind& process_kind() {
    static const ProcessKind kind;
    return kind;
}

} // namespace k8s_node
