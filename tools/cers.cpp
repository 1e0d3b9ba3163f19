// SPDX-License-Identifier: Apache-2.0
// The program: signals, and its own name when it is called as an OTB launcher.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "cers/applications.hpp"
#include "cers/cli/cli.hpp"
#include "cers/core/error.hpp"

namespace {

constexpr int wake_signal = SIGUSR2;  // ends the listener when the work is done

/// Turns the first SIGINT or SIGTERM into a stop request; the second ends the process at once. The signals are blocked
/// in every thread, so no library call is interrupted.
class SignalListener {
 public:
  SignalListener() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, wake_signal}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    thread_ = std::thread([this] { listen(); });
  }
  SignalListener(const SignalListener&) = delete;
  SignalListener& operator=(const SignalListener&) = delete;
  ~SignalListener() {
    pthread_kill(thread_.native_handle(), wake_signal);
    thread_.join();
  }
  std::stop_token stop() const { return source_.get_token(); }
  /// The signal that asked for a stop; 0 when none did. Call after the work is done.
  int received() const { return received_; }

 private:
  void listen() {
    for (int signal = 0; sigwait(&signals_, &signal) == 0 && signal != wake_signal;) {
      if (received_ != 0) _exit(128 + signal);
      received_ = signal;
      source_.request_stop();
    }
  }

  sigset_t signals_{};
  std::stop_source source_;
  std::atomic<int> received_ = 0;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string name = std::filesystem::path(argc > 0 ? argv[0] : "cers").filename().string();
  if (name.starts_with("otbcli_")) arguments.insert(arguments.begin(), name);

  const cers::Registry registry(cers::all_applications());
  const SignalListener signals;
  const int code = cers::run_command_line(arguments, registry, std::cout, std::cerr, signals.stop());
  std::cout.flush();
  const bool cancelled = code == static_cast<int>(cers::ExitCode::interrupted);
  return cancelled && signals.received() == SIGTERM ? static_cast<int>(cers::ExitCode::terminated) : code;
}
