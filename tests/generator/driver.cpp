// Runs the generator on a directory instead of on this machine:
//   driver ROOT OUTPUT [VARIABLE=VALUE...]
// Events go to standard output as "<priority> message".
#include <iostream>
#include <map>
#include <string>

#include "generators/one_line.hpp"
#include "generators/run.hpp"

namespace {

class Printer final : public k8s_node::EventSink {
public:
    void report(const k8s_node::Event& event) noexcept override {
        std::cout << '<' << static_cast<int>(event.priority) << "> " << event.message << '\n';
    }
};

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: driver ROOT OUTPUT [VARIABLE=VALUE...]\n";
        return 2;
    }
    std::map<std::string, std::string> variables;
    for (int i = 3; i < argc; ++i) {
        const std::string assignment = argv[i];
        const auto equals = assignment.find('=');
        variables[assignment.substr(0, equals)] = assignment.substr(equals + 1);
    }
    const auto lookup = [&](const char* name) -> const char* {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    };
    try {
        const k8s_node::generator::InputTree machine(argv[1]);
        Printer events;
        return k8s_node::generator::run(
            machine, k8s_node::generator::read_environment(lookup, machine), {}, argv[2], events);
    } catch (const k8s_node::Error& error) {
        std::cout << "error: " << k8s_node::generator::one_line(error) << '\n';
        return 1;
    }
}
