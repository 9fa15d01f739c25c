#include "resources/pki_resource.hpp"

#include <list>

#include "generations/backup.hpp"
#include "loop/worker.hpp"
#include "resources/resource_kind.hpp"
#include "resources/shared_keys.hpp"
#include "support/error.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

std::string kind_text(PkiKind kind) {
    switch (kind) {
    case PkiKind::authority:
        return "certificate authority ";
    case PkiKind::certificate:
        return "certificate ";
    case PkiKind::key_pair:
        return "key pair ";
    case PkiKind::encryption_config:
        return "encryption configuration ";
    case PkiKind::kubeconfig:
        break;
    }
    return "kubeconfig ";
}

Finding finding_of(const PkiItem& item) {
    return {"Pki-" + replace_all(item.name, "/", "-"), Severity::error,
            kind_text(item.kind) + item.name + " cannot be used: " + item.reason, item.hint,
            item.is_early ? Cure::time : Cure::somebody};
}

/// Most nodes do not have the CA's key, so that is not worth a note.
bool is_worth_a_note(const PkiItem& item) {
    return item.state == PkiState::kept && item.kind != PkiKind::authority;
}

class PkiResourceKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "key"; }

    /// A rollback leaves them as they are: all generations share them.
    void differ(Comparison& comparison, const System& system) const override {
        if (comparison.spec == nullptr) {
            return;
        }
        comparison.pki = check_pki(system);
        append(comparison.changes, comparison.pki.changes);
        comparison.replaced_paths.insert(comparison.pki.replaced_paths.begin(),
                                         comparison.pki.replaced_paths.end());
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::issue;
    }

    void apply(const std::vector<Change>& /*changes*/, Application& application,
               System& system) const override {
        apply_pki(*application.keys, system);
    }

    /// Unlike differ(), no reason against replacing what somebody else made: it is only shown.
    [[nodiscard]] std::vector<Drift> drift(const Generation& /*current*/, int /*number*/,
                                           const System& system) const override {
        std::vector<Drift> drift;
        for (const auto& item : system.pki.observe()) {
            if (!is_usable(item.state)) {
                auto change = issue_of(item);
                drift.push_back({std::move(change.object), std::move(change.why), Remedy::install,
                                 change.kind});
            }
        }
        return drift;
    }
};

} // namespace

const ResourceKind& pki_kind() {
    static const PkiResourceKind kind;
    return kind;
}

Change issue_of(const PkiItem& item) {
    const auto why = std::string(item.state == PkiState::missing ? "is " : "") +
                     to_text(item.state) + (item.reason.empty() ? "" : ": " + item.reason);
    return {ChangeKind::issue, kind_text(item.kind) + item.name, why, {}};
}

PkiCheck check_pki(const System& system) {
    PkiCheck check;
    std::vector<PkiItem> items;
    run_in_worker(system.loop, [&](const std::stop_token&) { items = system.pki.observe(); });
    for (const auto& item : items) {
        if (is_worth_a_note(item)) {
            check.notes.push_back(kind_text(item.kind) + item.name + " " + item.reason);
        }
        if (is_usable(item.state)) {
            continue;
        }
        if (item.foreign) {
            require_room_for_backup(system.root.at(item.paths.front()), item.paths.front());
        }
        if (item.state == PkiState::broken) {
            check.findings.push_back(finding_of(item));
        }
        check.changes.push_back(issue_of(item));
        if (is_given(item, system)) {
            check.changes.back().why += ": it is in the join data";
        }
        if (item.state == PkiState::needs_renewal) {
            for (const auto& path : item.paths) {
                check.replaced_paths.insert(path.string());
            }
        }
        check.items.push_back(item);
    }
    return check;
}

void apply_pki(const std::vector<PkiItem>& items, System& system) {
    for (const auto& item : items) {
        if (is_given(item, system)) {
            place_given(item, system);
        }
    }
    const auto issue = [&](const PkiItem& item) {
        return [&](const std::stop_token& stop) { system.pki.issue(item, stop); };
    };
    const auto signs = [](const PkiItem& item) { return item.kind == PkiKind::authority; };
    for (const auto& item : items) {
        if (signs(item)) {
            run_in_worker(system.loop, issue(item));
        }
    }
    // Generating an RSA key takes a second or more, and nothing is signed by the others.
    std::list<Worker> others;
    for (const auto& item : items) {
        if (!signs(item)) {
            others.emplace_back(system.loop, issue(item));
        }
    }
    for (auto& each : others) {
        each.finish();
    }
    if (!items.empty()) {
        report(system, Priority::info, "pki", std::to_string(items.size()),
               std::to_string(items.size()) + " keys and certificates issued",
               message::keys_issued);
    }
}

} // namespace k8s_node
