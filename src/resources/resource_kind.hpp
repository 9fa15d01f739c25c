// A kind of resource: the questions that the engine asks of everything that is converged. Plan,
// apply, status, prune and reset are these questions, asked of all kinds; reset is the empty
// desired state.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "resources/pki_resource.hpp"
#include "resources/removal.hpp"

namespace k8s_node {

/// Changes in the cluster, requested in the background: waiting for the API server takes most of
/// the time of a run that finds nothing to do. Each waits for its answer; call it once. Empty if
/// nobody is to be asked.
struct ClusterAnswers {
    std::function<std::vector<Change>()> objects;
    std::function<std::vector<Change>()> node; ///< valid while its kubelet keeps running
};

/// A machine that is compared with a generation, and what the kinds before have found.
struct Comparison {
    const Generation& next;
    const Generation& current;
    std::optional<int> number{};    ///< of `next`; nullopt: not on disk yet
    const NodeSpec* spec = nullptr; ///< nullptr if only the generation is known: a rollback
    ClusterAnswers cluster{};       ///< empty if nobody is to be asked: everything is applied

    std::vector<Change> changes{};
    std::set<std::string> replaced_paths{}; ///< files that units read: programs and keys
    PkiCheck pki{};
};

/// The start of each service that a run caused, by its invocation ID. A service that was started
/// again by systemd, or by somebody, has another one.
using Starts = std::map<std::string, std::string>;

/// The surroundings of apply(): its input besides the changes, and what it tells the kinds after
/// it.
struct Application {
    const Generation& next;
    const Generation* current = nullptr; ///< only where `next` replaces it
    std::optional<int> number{};
    const NodeSpec* spec = nullptr;
    const std::vector<PkiItem>* keys = nullptr; ///< to be issued
    Starts starts{};                            ///< of units
};

/// The party that fixes a drift.
enum class Remedy {
    install,   ///< the next install
    operator_, ///< only who caused it, since it is their own file
    none,      ///< nobody: a drop-in is systemd's way for an operator to change a unit
};

/// A difference between this machine and the current generation.
struct Drift {
    std::string object; ///< "/etc/crictl.yaml", "kubelet.service"
    std::string what;   ///< "differs", "has a drop-in /etc/systemd/…"
    Remedy remedy = Remedy::install;
    /// The change that mends it; nullopt if no install does.
    std::optional<ChangeKind> mended_by{};
};

/// Stateless. Each question has an answer that fits kinds to which it does not apply.
class ResourceKind {
public:
    ResourceKind() = default;
    ResourceKind(const ResourceKind&) = delete;
    ResourceKind& operator=(const ResourceKind&) = delete;
    ResourceKind(ResourceKind&&) = delete;
    ResourceKind& operator=(ResourceKind&&) = delete;
    virtual ~ResourceKind() = default;

    /// "file", "unit", …: also what owned() calls a leftover, unless it says otherwise.
    [[nodiscard]] virtual const char* name() const = 0;

    /// Adds what must change, the removal of what is dropped included. Has no effect on the
    /// machine. Throws Error if it holds something that must not be touched.
    virtual void differ(Comparison& comparison, const System& system) const;

    /// True for the kinds of change that differ() finds and apply() carries out.
    [[nodiscard]] virtual bool makes(ChangeKind change) const;

    /// Carries out changes that differ() found, all of this kind; safe to repeat after a kill at
    /// any instruction. Throws Error.
    virtual void apply(const std::vector<Change>& changes, Application& application,
                       System& system) const;

    /// Returns what an install mends: unless a kind knows better, what differ() finds between the
    /// current generation and this machine, so that status and plan agree.
    [[nodiscard]] virtual std::vector<Drift> drift(const Generation& current, int number,
                                                   const System& system) const;

    /// Returns what others override, which no install mends.
    [[nodiscard]] virtual std::vector<Drift> overrides(const Generation& current,
                                                       const System& system) const;

    /// Returns what of this kind exists and is ours.
    [[nodiscard]] virtual std::vector<Leftover> owned(const Removal& removal) const;

    /// Takes it away, as far as this stage does; safe to repeat. Throws Error.
    virtual void remove(RemovalStage stage, Removal& removal) const;

    /// True for what another attempt needs, so that it is removed last: generations and store.
    [[nodiscard]] virtual bool is_needed_to_repeat() const;

    /// Returns the programs that remove() needs and that are missing.
    [[nodiscard]] virtual std::vector<NeededProgram> missing_programs(const Removal& removal) const;
};

} // namespace k8s_node
