// Whatever is broken: status names what plan would change, the plan mends it, and a reset takes
// all of the node away.
#include <cstdlib>
#include <iostream>
#include <random>

#include <gmock/gmock.h>

#include "engine/drift.hpp"
#include "generations/pending.hpp"
#include "reset/removal_scope.hpp"
#include "reset/take_node_away.hpp"
#include "unit/engine/small_node.hpp"

namespace k8s_node::test {
namespace {

namespace fs = std::filesystem;

using testing::Contains;
using testing::IsEmpty;

constexpr int rounds = 200;
constexpr int rounds_of_a_node = 20; ///< then it is taken away, and another one is installed

unsigned chosen_seed() {
    const char* given = std::getenv("K8S_NODE_SEED");
    return given == nullptr ? std::random_device()() : static_cast<unsigned>(std::stoul(given));
}

/// Breaks one thing of a node in one way.
struct Mischief {
    const char* name;
    void (*act)(SmallNode&);
};

std::string program_of(const SmallNode& node, std::size_t index) {
    const auto& artifact = node.spec.artifacts.at(index);
    return (node.system.store.entry(artifact) / artifact.file).string();
}

/// A store entry is read-only, which root does not notice.
void overwrite(const std::string& path, const std::string& content) {
    write_file_atomically(path, content, {0755, 0, 0});
}

std::string in_generation(const SmallNode& node, const std::string& name) {
    return node.path(std::string(paths::current) + "/" + name);
}

const std::vector<Mischief>& mischiefs() {
    static const std::vector<Mischief> all = {
        {"a file is edited", [](SmallNode& n) { n.write(n.file, "size = 2\n", 0640); }},
        {"a file is deleted", [](SmallNode& n) { fs::remove(n.path(n.file)); }},
        {"a file gets another mode",
         [](SmallNode& n) { fs::permissions(n.path(n.file), fs::perms::all); }},
        {"a file becomes a link",
         [](SmallNode& n) { replace_symlink("/nowhere", n.path("/etc/sysusers.d/db.conf")); }},
        {"a directory of files is deleted",
         [](SmallNode& n) { fs::remove_all(n.path("/etc/sysctl.d")); }},
        {"a link is deleted", [](SmallNode& n) { fs::remove(n.path(n.link)); }},
        {"a link points elsewhere",
         [](SmallNode& n) { replace_symlink("/elsewhere", n.path(n.link)); }},
        {"a link becomes a file",
         [](SmallNode& n) {
             fs::remove(n.path(n.link));
             n.write(n.link, "a program");
         }},
        {"a program is edited", [](SmallNode& n) { overwrite(program_of(n, 0), "evil"); }},
        {"a program is deleted", [](SmallNode& n) { fs::remove(program_of(n, 1)); }},
        {"a program may be written",
         [](SmallNode& n) { fs::permissions(program_of(n, 1), fs::perms::all); }},
        {"a store entry is deleted",
         [](SmallNode& n) {
             fs::remove_all(fs::path(program_of(n, 1)).parent_path().parent_path());
         }},
        {"a certificate is deleted", [](SmallNode& n) { fs::remove(n.path(n.certificate)); }},
        {"a key and its certificate are deleted",
         [](SmallNode& n) {
             fs::remove(n.path(n.certificate));
             fs::remove(n.path(n.key));
         }},
        {"a key is readable", [](SmallNode& n) { fs::permissions(n.path(n.key), fs::perms::all); }},
        {"a unit is stopped", [](SmallNode& n) { n.services.set("db.service", "inactive"); }},
        {"a unit has failed", [](SmallNode& n) { n.services.set("web.service", "failed"); }},
        {"the target is stopped",
         [](SmallNode& n) { n.services.set("k8s-node.target", "inactive"); }},
        {"a unit of the generation is edited",
         [](SmallNode& n) { overwrite(in_generation(n, "units/web.service"), "[Service]\n"); }},
        {"a file of the generation is deleted",
         [](SmallNode& n) { fs::remove(in_generation(n, "config/web.yaml")); }},
        {"a stranger is in the generation",
         [](SmallNode& n) { overwrite(in_generation(n, "config/other.yaml"), "theirs"); }},
        {"a directory is closed",
         [](SmallNode& n) { fs::permissions(n.path("/opt/k8s-node"), fs::perms::owner_all); }},
        {"a killed run left a reload",
         [](SmallNode& n) { note_pending(std::set<std::string>{pending_reload}, n.root()); }},
        {"a killed run left a restart",
         [](SmallNode& n) { note_pending(std::set<std::string>{"db.service"}, n.root()); }},
    };
    return all;
}

/// What a change is called where plan and status have the same name for it: an artifact is an entry
/// of the store in the one and files of it in the other, and a generation is the next number in the
/// one and the present one in the other.
std::string name_of(ChangeKind kind, const std::string& object, const SmallNode& node) {
    if (kind == ChangeKind::generation) {
        return "generation";
    }
    for (const auto& artifact : node.spec.artifacts) {
        const bool is_planned = object == artifact.name + " " + artifact.version;
        const bool is_found = object.find("/" + artifact.store_name()) != std::string::npos;
        if (kind == ChangeKind::fetch && (is_planned || is_found)) {
            return artifact.store_name();
        }
    }
    return object;
}

/// What only follows from another change: systemd reads the units of a new generation, and a unit
/// that runs is restarted because its program, its key or its text is replaced.
bool is_consequence(const Change& change, const Plan& plan, const std::set<std::string>& pending,
                    SmallNode& node) {
    if (change.kind == ChangeKind::reload) {
        return !plan.of(ChangeKind::generation).empty();
    }
    return change.kind == ChangeKind::restart_unit && !pending.contains(change.object) &&
           node.services.unit_state(change.object).is_active();
}

std::set<std::string> planned(const Plan& plan, SmallNode& node) {
    const auto pending = read_pending(node.root());
    std::set<std::string> names;
    for (const auto& change : plan.changes) {
        if (!is_consequence(change, plan, pending, node)) {
            names.insert(name_of(change.kind, change.object, node));
        }
    }
    return names;
}

/// A reload that was left pending is done with that for a new generation.
std::set<std::string> drifted(const SmallNode& node) {
    const auto number = current_generation_number(node.root()).value_or(0);
    const auto found =
        find_drift(read_damaged_generation(node.root(), number), number, node.system);
    std::set<std::string> names;
    for (const auto& drift : found) {
        if (drift.remedy == Remedy::install) {
            EXPECT_TRUE(drift.mended_by) << drift.object << " " << drift.what;
            names.insert(name_of(*drift.mended_by, drift.object, node));
        }
    }
    if (names.contains("generation")) {
        names.erase("systemd");
    }
    return names;
}

class Convergence : public testing::Test {
protected:
    void break_something(SmallNode& node) {
        std::string done;
        for (auto count = 1 + random_() % 4; count > 0; --count) {
            const auto& one = mischiefs().at(random_() % mischiefs().size());
            try {
                one.act(node);
                done += std::string(one.name) + "; ";
            } catch (const std::exception&) {
                // Another mischief came before it: what it would break is not there.
            }
        }
        what_ = done;
    }
    /// What is broken is told by both, and mended.
    void mend(SmallNode& node) {
        const auto wanted = node.desired();
        const auto checked = check_all(wanted, node.system);
        EXPECT_EQ(planned(checked.plan, node), drifted(node)) << what_;
        EXPECT_FALSE(checked.plan.empty()) << what_;
        static_cast<void>(execute(checked, wanted, node.system));
        EXPECT_THAT(check_all(wanted, node.system).plan.changes, IsEmpty()) << what_;
        EXPECT_THAT(drifted(node), IsEmpty()) << what_;
    }
    void take_away(SmallNode& node, const std::map<std::string, std::string>& before) {
        NoEvents events;
        const auto ledger = read_ledger(node.root());
        Removal removal{scope_of(ledger, {}, node.root(), node.host),
                        node.root(),
                        &node.services,
                        node.system.loop,
                        node.host,
                        events};
        std::vector<Leftover> found;
        const auto result = take_node_away(removal, [&](const std::vector<Leftover>& inventory) {
            found = inventory;
            return true;
        });
        expect_named(ledger, found, node);
        EXPECT_THAT(result.left, IsEmpty()) << what_;
        EXPECT_THAT(result.problems, IsEmpty()) << what_;
        EXPECT_EQ(node.listing(), before) << what_;
    }

    const unsigned seed_ = chosen_seed();
    std::mt19937 random_{seed_};
    std::string what_;

private:
    /// Everything of the ledger that exists is in the inventory.
    static void expect_named(const Ledger& ledger, const std::vector<Leftover>& found,
                             const SmallNode& node) {
        for (const auto* paths : {&ledger.files, &ledger.links}) {
            for (const auto& path : *paths) {
                if (node.exists(path)) {
                    EXPECT_THAT(found, Contains(Leftover{"file", path}));
                }
            }
        }
        for (const auto& user : ledger.users) {
            EXPECT_THAT(found, Contains(Leftover{"user", user}));
        }
        EXPECT_THAT(found, Contains(Leftover{"path", paths::store}));
        EXPECT_THAT(found, Contains(Leftover{"path", paths::generations}));
    }
};

TEST_F(Convergence, StatusAndPlanAgreeAndWhatIsBrokenIsMended) {
    std::cout << "K8S_NODE_SEED=" << seed_ << '\n';
    for (int round = 0; round < rounds && !HasFailure();) {
        SmallNode node;
        const auto before = node.listing();
        node.install();
        node.run();
        for (int end = round + rounds_of_a_node; round < end && !HasFailure(); ++round) {
            SCOPED_TRACE("round " + std::to_string(round));
            break_something(node);
            mend(node);
        }
        break_something(node); // a reset finds its way without a run before it
        take_away(node, before);
    }
}

} // namespace
} // namespace k8s_node::test
