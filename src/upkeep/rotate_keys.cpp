#include "upkeep/rotate_keys.hpp"

#include <algorithm>
#include <array>

#include "cluster_resources/cluster_connection.hpp"
#include "engine/key_renewal.hpp"
#include "generations/generation_resource.hpp"
#include "generations/ledger.hpp"
#include "generations/pending.hpp"
#include "generations/timeline.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "plan/impact.hpp"
#include "renewal/inventory.hpp"
#include "renewal/turn.hpp"
#include "rotation/encryption_keys.hpp"
#include "rotation/kept_join_data.hpp"
#include "rotation/kubelet_identity.hpp"
#include "rotation/node_report.hpp"
#include "rotation/rewrite.hpp"
#include "rotation/subject.hpp"
#include "support/interrupt.hpp"
#include "support/messages.hpp"
#include "support/time.hpp"
#include "unit_resources/hand_over.hpp"
#include "upkeep/rotation_checks.hpp"

namespace k8s_node {

namespace {

constexpr const char* phase_of_run = "rotation";

using Subjects = std::vector<std::unique_ptr<Subject>>;

const char* verb_of(const RotationRequest& request) {
    return request.what == Replaced::authorities ? "certs rotate-ca" : "certs rotate-key";
}

Subjects subjects_of(const RotationRequest& request, const PkiSpec& spec, const Root& root) {
    return request.what == Replaced::authorities
               ? authority_subjects(spec, request.names, root)
               : key_subjects(spec, request.names.empty() ? "" : request.names.front(), root);
}

/// The record of a rotation, or what its files show if that was lost.
std::optional<Rotation> found_rotation(const Subject& subject, const Rotations& rotations) {
    if (auto found = find_rotation(rotations, subject.name())) {
        return found;
    }
    const auto phase = subject.phase_of_files();
    return phase ? std::optional(Rotation{subject.name(), *phase, false, utc_now()}) : std::nullopt;
}

/// A rotation under way: what is replaced, and the files that services read.
class Rotating {
public:
    Rotating(const NodeSpec& spec, const Generation& current, System& system, Rotations rotations)
        : spec_(spec), current_(current), system_(system), rotations_(std::move(rotations)) {}

    /// Adds the next phase of a subject, if it has one.
    void add(std::unique_ptr<Subject> subject, Wish wish);
    void make(RotationResult& result);

    [[nodiscard]] const std::vector<RotationMove>& moves() const { return moves_; }
    [[nodiscard]] const Rotations& rotations() const { return rotations_; }

private:
    [[nodiscard]] bool replaces_authority_of_kubelet() const;
    void begin();
    void change_files();
    void demand_kubelets_own() const;
    void rewrite(RewriteTime time, RotationResult& result) const;
    void settle();

    const NodeSpec& spec_;
    const Generation& current_;
    System& system_;
    Rotations rotations_;
    Subjects subjects_; ///< those of the moves
    std::vector<RotationMove> moves_;
    std::set<std::string> files_;
};

void Rotating::add(std::unique_ptr<Subject> subject, Wish wish) {
    const auto found = found_rotation(*subject, rotations_);
    const auto next = next_phase(subject->name(), found, wish);
    if (!next) {
        return;
    }
    subject->check();
    moves_.push_back({subject->name(), *next, found && found->phase == *next});
    files_.merge(subject->files());
    subjects_.push_back(std::move(subject));
}

/// Everything that a killed run would not find out again is on the disk before the first change.
void Rotating::begin() {
    for (std::size_t i = 0; i < moves_.size(); ++i) {
        const auto& subject = *subjects_[i];
        auto rotation = find_rotation(rotations_, subject.name())
                            .value_or(Rotation{subject.name(), {}, false, {}});
        if (rotation.made.empty()) {
            rotation.made = subject.name_of_new();
        }
        rotation.phase = moves_[i].phase;
        rotation.settled = false;
        rotation.since = utc_now();
        put_rotation(rotations_, std::move(rotation));
    }
    write_rotations(system_.root, rotations_);
    std::set<std::string> units;
    for (const auto& impact : impacted_units(current_, current_, files_)) {
        units.insert(impact.unit);
    }
    note_pending(units, system_.root);
}

void Rotating::change_files() {
    auto ledger = read_ledger(system_.root);
    for (const auto& subject : subjects_) {
        for (const auto& path : subject->own_files()) {
            ledger.note_file(path, system_.root);
            ledger.keys.insert(path);
        }
    }
    write_ledger(system_.root, ledger);
    for (const auto& subject : subjects_) {
        subject->reach(*find_rotation(rotations_, subject->name()));
    }
    update_kept_join_data(system_.root);
}

bool Rotating::replaces_authority_of_kubelet() const {
    return std::ranges::any_of(moves_, [](const RotationMove& move) {
        return move.subject == "ca" && move.phase == Phase::use;
    });
}

/// Kubelet prefers a certificate of its own to that of its kubeconfig, which has a new one now, and
/// asks for another as soon as it has started with that.
void Rotating::demand_kubelets_own() const {
    if (replaces_authority_of_kubelet()) {
        std::filesystem::remove(system_.root.at(paths::kubelet_client));
        demand_serving_certificate(system_.root);
    }
}

void Rotating::rewrite(RewriteTime time, RotationResult& result) const {
    if (std::ranges::none_of(moves_, [time](const RotationMove& move) {
            return rewrite_time(move.subject, move.phase) == time;
        })) {
        return;
    }
    auto transport = connect(current_.manifest.cluster.admin_kubeconfig, system_);
    const auto& path = spec_.pki.encryption_configs.front().path;
    for (const auto& resource : encrypted_resources(path, read_file(system_.root.at(path)))) {
        result.rewritten += rewrite_all(transport, resource);
    }
}

void Rotating::settle() {
    auto ledger = read_ledger(system_.root);
    for (std::size_t i = 0; i < moves_.size(); ++i) {
        const auto& move = moves_[i];
        auto rotation = *find_rotation(rotations_, move.subject);
        rotation.settled = true;
        rotation.since = utc_now();
        report(system_, Priority::notice, phase_of_run, move.subject,
               "the rotation of " + move.subject + " has made its phase " + to_text(move.phase) +
                   ": " + describe(rotation),
               message::rotation_phase);
        if (move.phase == Phase::drop) {
            std::erase_if(rotations_,
                          [&](const auto& each) { return each.subject == move.subject; });
            for (const auto& path : subjects_[i]->own_files()) {
                ledger.forget(path);
            }
        } else {
            put_rotation(rotations_, std::move(rotation));
        }
    }
    write_rotations(system_.root, rotations_);
    write_ledger(system_.root, ledger);
}

void Rotating::make(RotationResult& result) {
    rewrite(RewriteTime::before_the_change, result);
    begin();
    change_files();
    const auto names = renewable(take_inventory(system_.pki), {});
    const auto checked = check_renewal({spec_, current_}, names, system_, files_);
    demand_kubelets_own();
    result.api_outage = execute_renewal(checked, system_);
    rewrite(RewriteTime::after_restarts, result);
    settle();
}

/// A killed run may have left its API server restarting, and a stand-in that answers until it has
/// started.
void await_api_server(const Generation& current, System& system) {
    const auto& server = current.manifest.provided.api_server;
    if (!server || !system.services->unit_state(server->unit).has_begun()) {
        return;
    }
    // Merges into the job that is running. Whether it works shows later.
    const std::array jobs{UnitJob{JobKind::start, server->unit}};
    QuietJobs observer;
    static_cast<void>(system.services->run(jobs, {}, observer));
}

void require_node(const NodeOptions& options, const ServiceManager* services) {
    if (!current_generation_number(options.root)) {
        throw Error("nothing is installed on this machine", ExitStatus::unsuitable);
    }
    if (services == nullptr) {
        throw Error("keys are replaced only on the machine itself, with systemd",
                    ExitStatus::usage);
    }
}

} // namespace

RotationResult rotate_keys(const NodeOptions& options, const RotationRequest& request,
                           const Reporting& reporting, const OnMoves& on_moves) {
    const auto lock = take_lock(options, verb_of(request), reporting.events);
    refuse_pinned_boot(options.root);
    EventLoop loop(interrupt_token());
    const auto services = open_services(options.root, Services::changed, loop);
    require_node(options, services.get());
    const auto spec = load_desired(options).spec;
    const auto current = read_current_generation(options.root);
    auto system = make_system(options, spec, services.get(), loop, reporting, verb_of(request));
    system.run.rollout = Rollout::step_by_step;
    Rotating run(spec, current, system, read_rotations(options.root));
    for (auto& subject : subjects_of(request, spec.pki, options.root)) {
        run.add(std::move(subject), request.wish);
    }
    RotationResult result{run.moves(), run.rotations(), 0, {}};
    const bool repeats = std::ranges::all_of(result.moves, &RotationMove::repeats);
    if (!repeats) { // a killed run has asked, and nobody may answer since
        require_lone_control_plane(current, system);
        auto findings = check_moves(result.moves, run.rotations(), current, system);
        soften(findings, options.ignored_checks);
        refuse_errors(findings, "the next phase cannot begin yet", reporting.events);
    }
    if (result.moves.empty() || request.dry_run) {
        return result;
    }
    on_moves(result.moves);
    const KeptTimeline timeline(options.root, verb_of(request));
    await_api_server(current, system);
    remove_stand_ins(system);
    Turn turn(current.manifest, system.root, "replaces keys", loop, [&](const std::string& what) {
        report(system, Priority::notice, phase_of_run, current.manifest.node_name, what);
    });
    turn.take(repeats ? Silence::go_on : Silence::refuse);
    run.make(result);
    result.rotations = run.rotations();
    turn.give_back();
    return result;
}

Rotations look_at_rotations(const NodeOptions& options) {
    return read_rotations(options.root);
}

} // namespace k8s_node
