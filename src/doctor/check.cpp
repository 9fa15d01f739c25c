#include "doctor/check.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <set>
#include <system_error>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/checks.hpp"
#include "loop/background.hpp"
#include "loop/worker.hpp"
#include "support/error.hpp"

namespace k8s_node::doctor {

namespace {

Answer unseen(const Check& check, const std::string& why) {
    Answer answer;
    for (const auto& name : check.names) {
        answer.unseen.push_back({name, why});
    }
    return answer;
}

Answer answer_of(const Check& check, EventLoop& loop) {
    Answer answer;
    try {
        if (check.runs == Runs::in_thread) {
            run_in_worker(loop, [&](const std::stop_token&) { answer = check.look(); });
        } else {
            answer = check.look();
        }
    } catch (const Error& error) {
        return unseen(check, error.message());
    } catch (const std::system_error& error) {
        return unseen(check, error.what());
    }
    return answer;
}

/// Returns "Port" for "Port-6443".
std::string family_of(const std::string& name) {
    return name.substr(0, name.find('-'));
}

std::string way_to_see() {
    return ::geteuid() == 0 ? host::unseen_hint : "run this as root";
}

CheckResult result_of(const Finding& finding) {
    if (finding.hint == host::unseen_hint) {
        return {finding.name, Verdict::unknown, finding.message, way_to_see()};
    }
    return {finding.name, finding.severity == Severity::error ? Verdict::fail : Verdict::warn,
            finding.message, finding.hint};
}

/// Adds what an answer complains about, and what it could not see.
void add_complaints(CheckResults& results, const Answer& answer,
                    const std::vector<std::string>& demoted) {
    auto findings = answer.findings;
    soften(findings, demoted);
    std::ranges::transform(findings, std::back_inserter(results), result_of);
    for (const auto& [name, why] : answer.unseen) {
        results.push_back({name, Verdict::unknown, why, way_to_see()});
    }
}

} // namespace

const char* to_text(Verdict verdict) {
    switch (verdict) {
    case Verdict::pass:
        return "pass";
    case Verdict::warn:
        return "warn";
    case Verdict::fail:
        return "fail";
    case Verdict::unknown:
        break;
    }
    return "unknown";
}

CheckResults run_checks(const std::vector<Check>& checks, const std::vector<std::string>& demoted,
                        EventLoop& loop) {
    std::vector<Answer> answers(checks.size());
    std::list<Background> running;
    for (std::size_t i = 0; i < checks.size(); ++i) {
        running.emplace_back(loop, [&, i] { answers[i] = answer_of(checks[i], loop); });
    }
    for (auto& each : running) {
        each.finish();
    }
    CheckResults complaints;
    for (const auto& answer : answers) {
        add_complaints(complaints, answer, demoted);
    }
    std::set<std::string> told;
    for (const auto& each : complaints) {
        told.insert(family_of(each.check));
    }
    CheckResults results;
    for (const auto& answer : answers) {
        add_complaints(results, answer, demoted);
        for (const auto& [name, what] : answer.seen) {
            if (told.insert(family_of(name)).second) {
                results.push_back({name, Verdict::pass, what, {}});
            }
        }
    }
    return results;
}

std::size_t count(const CheckResults& results, Verdict verdict) {
    return static_cast<std::size_t>(std::ranges::count(results, verdict, &CheckResult::verdict));
}

nlohmann::ordered_json to_json(const CheckResults& results) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& result : results) {
        out.push_back({{"check", result.check},
                       {"verdict", to_text(result.verdict)},
                       {"seen", result.seen},
                       {"remedy", result.remedy}});
    }
    return out;
}

} // namespace k8s_node::doctor
