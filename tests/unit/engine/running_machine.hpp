// A bare machine with a systemd that does as it is told.
#pragma once

#include "engine/switch.hpp"
#include "generations/generation_records.hpp"
#include "support/error.hpp"
#include "unit/engine/bare_machine.hpp"
#include "unit/engine/fake_services.hpp"

namespace k8s_node::test {

class RunningMachine : public BareMachine {
public:
    FakeServices services;

    RunningMachine() {
        system.services = &services;
        services.loop = &system.loop;
        system.run.stable_for = std::chrono::milliseconds(1);
        system.run.runtime_patience = {};
    }

    /// A generation whose unit says `body`.
    static Generation with_body(const std::string& body) {
        auto generation = generation_with({});
        generation.files["units/x.service"] = "[Service]\nExecStart=/bin/" + body + "\n";
        return generation;
    }
    Plan plan_for(const Target& target) {
        Plan plan;
        plan.changes = check_switch(target, read_current_generation(root()), system);
        return plan;
    }
    /// What the run said when it failed; nothing when it did not.
    std::string go(const Target& target) {
        const auto current = read_current_generation(root());
        const auto plan = plan_for(target);
        try {
            static_cast<void>(execute_switch(plan, target, current, system));
        } catch (const Error& error) {
            std::string said = error.message();
            for (const auto& line : error.details()) {
                said += "\n" + line;
            }
            return said;
        }
        return "";
    }
    std::string go_to(int number) {
        const auto generation = read_generation(root(), number);
        return go({generation, number});
    }
    std::string install(const std::string& body) {
        const auto generation = with_body(body);
        return go({generation});
    }
    [[nodiscard]] int current() const { return current_generation_number(root()).value_or(0); }
    [[nodiscard]] std::string body() const {
        return read_file(path("/etc/k8s-node/current/units/x.service"));
    }
    /// From now on x.service starts only if its body does not say this word.
    void break_bodies_with(const std::string& word) {
        services.works = [this, word](const UnitJob& job) {
            return job.unit != "x.service" || body().find(word) == std::string::npos;
        };
    }
};

} // namespace k8s_node::test
