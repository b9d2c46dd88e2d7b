# SPDX-License-Identifier: Apache-2.0
# What real shells offer when Tab is pressed, and what then stands on the line. typed.py types into shells behind a terminal.
load helper

# The program is `vgpuctl` on the path, as the scripts call it.
use_shells() {
  mkdir bin home
  export HOME=$PWD/home
  ln -s "$VGPUCTL" bin/vgpuctl
  export PATH="$PWD/bin:$PATH"
  for shell in bash zsh fish; do
    vgpuctl completion "$shell" >"script.$shell"
    [ -s "script.$shell" ]
  done
}

# What a shell offers behind each line of standard input, as rows: the line, a tab, a word.
offered_by_bash() {
  bash --norc --noprofile -c '
    source script.bash
    while IFS= read -r COMP_LINE; do
      COMP_POINT=${#COMP_LINE} COMP_WORDS=($COMP_LINE)
      [[ "$COMP_LINE" != *" " ]] || COMP_WORDS+=("")
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _vgpuctl
      for word in "${COMPREPLY[@]}"; do printf "%s\t%s\n" "$COMP_LINE" "$word"; done
    done'
}
offered_by_fish() {
  fish --no-config -c '
    source script.fish
    while read --local --delimiter \n line
      for word in (complete -C "$line" | string replace --regex "\t.*" ""); printf "%s\t%s\n" "$line" "$word"; end
    end'
}
offered_by_zsh() { "$BATS_TEST_DIRNAME/typed.py" zsh --offered; }

# "Behind the first column of these rows each shell offers the second, and nothing else."
all_offer() {
  sort -u >expected
  cut -f1 expected | sort -u >lines
  for shell in bash zsh fish; do
    echo "$shell:"
    "offered_by_$shell" <lines | sort -u | diff expected -
  done
}

commands_of() { vgpuctl "$@" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'; }
options_of() { vgpuctl "$@" --help | grep -oE '^  (-., |    )--[a-z-]+' | grep -oE -- '--?[a-z-]+'; }

# Every command of the tree, the program itself first, as words with a blank behind each.
tree() {
  echo "${1-}"
  local command
  # shellcheck disable=SC2086
  for command in $(commands_of ${1-}); do
    tree "${1-}$command "
  done
}

@test "each shell offers every command and every option of the tree, and nothing else" {
  use_shells
  tree >commands
  [ "$(wc -l <commands)" -ge 22 ]
  while IFS= read -r command; do
    # shellcheck disable=SC2086
    commands_of $command | sed "s/^/vgpuctl $command\t/"
    # shellcheck disable=SC2086
    options_of $command | sed "s/^/vgpuctl $command-\t/"
  done <commands | all_offer
}

@test "hidden commands are offered by no shell" {
  use_shells
  for shell in bash zsh fish; do
    run -0 "offered_by_$shell" <<<'vgpuctl '
    says $'vgpuctl \tlist'
    [[ "$output" != *complete-words* && "$output" != *revert* ]]
  done
}

@test "words of a fixed set are offered, behind a blank and behind =" {
  use_shells
  {
    printf 'vgpuctl list --color \t%s\n' auto always never
    printf 'vgpuctl completion \t%s\n' bash zsh fish
    printf 'vgpuctl sim fault lab.vfhost sys:a --stop \t%s\n' before after
  } | all_offer
  echo 'vgpuctl --color=a' >line
  diff <(offered_by_fish <line) <(printf 'vgpuctl --color=a\t--color=%s\n' always auto)
  diff <(offered_by_zsh <line) <(printf 'vgpuctl --color=a\t%s\n' always auto)
}

@test "help offers commands, their commands, and attributes" {
  use_shells
  {
    commands_of | sed 's/^/vgpuctl help \t/'
    printf 'vgpuctl help \tattributes\n'
    commands_of sim | sed 's/^/vgpuctl help sim \t/'
  } | all_offer
}

@test "models for sim create are offered" {
  use_shells
  vgpuctl --json sim models | sed -n 's/^ *"name": "\(.*\)",$/vgpuctl sim create x --gpu \t\1/p' >models
  [ "$(wc -l <models)" -ge 10 ]
  all_offer <models
}

@test "GPUs of the host on the line are offered by address, and by model where that is unique" {
  use_shells
  vgpuctl sim create other.vfhost --gpu nvidia-l40s,2 -q
  {
    printf 'vgpuctl --sim lab.vfhost show 0\t%s\n' 0000:03:00.0 0000:04:00.0 0000:05:00.0
    printf 'vgpuctl show --sim other.vfhost \t%s\n' 0000:03:00.0 0000:04:00.0
    printf 'vgpuctl --sim=other.vfhost teardown 0000\t%s\n' 0000:03:00.0 0000:04:00.0
    printf 'vgpuctl --sim lab.vfhost export Plain 0000\t%s\n' 0000:03:00.0 0000:04:00.0 0000:05:00.0
  } >rows
  # Behind a colon bash is given the rest alone, so what is typed here has none; see below.
  all_offer <rows
  run -0 offered_by_fish <<<'vgpuctl --sim lab.vfhost show S'
  says $'\tSR-IOV GPU'
  [[ "$output" != *'Arc Pro'* ]]
}

@test "VFs are offered by address and by number, also of the host file that sim hold is about" {
  use_shells
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  for line in 'sim hold lab.vfhost 0000:05:00.0/' 'sim release lab.vfhost 0000:05:00.0/' \
    '--sim lab.vfhost plan lab.toml --allow-in-use 0000:05:00.0/'; do
    for shell in fish zsh; do
      diff <("offered_by_$shell" <<<"vgpuctl $line") <(printf "vgpuctl $line\t%s\n" 0000:05:00.0/0 0000:05:00.0/1)
    done
  done
  run -0 offered_by_fish <<<'vgpuctl sim hold lab.vfhost 0000:03:'
  says $'\t0000:03:00.1'
  [ "${#lines[@]}" -eq 10 ]
}

# The arguments that vgpuctl was run with in the end, of each line typed.
typed() { "$BATS_TEST_DIRNAME/typed.py" "$@"; }

@test "typed with Tab, lines come out whole in each shell: colons, equals signs, quotes, blanks, files" {
  use_shells
  mkdir lab.d
  cp lab.vfhost 'my lab.vfhost'
  lab_profile >lab.toml
  cp lab.vfhost with-vfs
  vgpuctl --sim with-vfs apply -q lab.toml
  cat >lines <<'LINES'
vgpuctl --sim lab.v@show SR@
vgpuctl --sim lab.vfhost show 0000:05@
vgpuctl --sim lab.vfhost show 0000:05:@0000:03@
vgpuctl --sim=lab.vfh@show 0000:04:00.@
vgpuctl --sim "my lab.vfhost" show "SR@
vgpuctl --sim my@show 'SR@
vgpuctl --sim ~/my@show SR\-IOV\ G@
vgpuctl --color=al@pla@lab.to@
vgpuctl sim hold with-vfs 0000:05:00.0/1@--vm web
vgpuctl sim create x --gpu intel-b6@
vgpuctl --sim lab.vfhost apply lab.to@--only 0000:04@--dry@
vgpuctl comple@zs@
LINES
  cat >expected <<EXPECTED
["--sim", "lab.vfhost", "show", "SR-IOV GPU"]
["--sim", "lab.vfhost", "show", "0000:05:00.0"]
["--sim", "lab.vfhost", "show", "0000:05:00.0", "0000:03:00.0"]
["--sim=lab.vfhost", "show", "0000:04:00.0"]
["--sim", "my lab.vfhost", "show", "SR-IOV GPU"]
["--sim", "my lab.vfhost", "show", "SR-IOV GPU"]
["--sim", "$PWD/my lab.vfhost", "show", "SR-IOV GPU"]
["--color=always", "plan", "lab.toml"]
["sim", "hold", "with-vfs", "0000:05:00.0/1", "--vm", "web"]
["sim", "create", "x", "--gpu", "intel-b60"]
["--sim", "lab.vfhost", "apply", "lab.toml", "--only", "0000:04:00.0", "--dry-run"]
["completion", "zsh"]
EXPECTED
  for shell in bash zsh fish; do
    echo "$shell:"
    tr @ '\t' <lines | typed "$shell" | diff expected -
  done
}

@test "folders are ways to files: one can go through them" {
  use_shells
  mkdir -p shelf/deep
  touch shelf/deep/one.toml
  for shell in bash zsh fish; do
    diff <(printf 'vgpuctl plan she\tde\ton\t\n' | typed "$shell") <(echo '["plan", "shelf/deep/one.toml"]')
  done
}

@test "nothing that a device's name contains is executed, or breaks the line" {
  use_shells
  local name='It'\''s "a" $(touch ran) `touch ran`; \n x! & y* [z] {a,b} ~ # <q> | $HOME %s ^ é'
  NAME=${name//\\/\\\\} awk '/0000:05:00.0\/model_name/ { print $1 " = " ENVIRON["NAME"]; next } { print }' lab.vfhost >odd.vfhost
  run -0 vgpuctl --sim odd.vfhost list
  says "$name"
  for shell in bash zsh fish; do
    for begun in It '"It' "'It" "It\\'s" "It'" '"It'\''s \"'; do
      echo "$shell: $begun"
      printf 'vgpuctl --sim odd.vfhost show %s\t\n' "$begun" | typed "$shell" >typed
      NAME=$name python3 -c 'import json, os; print(json.dumps(["--sim", "odd.vfhost", "show", os.environ["NAME"]]))' | diff - typed
    done
  done
  [ ! -e ran ]
}

@test "a name that would move the cursor is not offered" {
  use_shells
  awk '/0000:05:00.0\/model_name/ { print $1 " = Bad\033[2Jname\\nlist"; next } { print }' lab.vfhost >odd.vfhost
  run -0 vgpuctl complete-words fish --sim odd.vfhost show ''
  says '0000:05:00.0'
  [[ "$output" != *$'\e'* ]]
  [ "${#lines[@]}" -eq 4 ]
}

@test "asking for completions writes nothing, takes no lock, and says nothing where there is no host" {
  use_shells
  vgpuctl sim fold lab.vfhost -q
  find . -exec stat -c '%n %s %Y %i' {} + | sort >../before
  strace -f -qq -o ../trace -e trace=flock,fcntl,openat,write,pwrite64,ftruncate,mkdir,unlink,rename,fchmod \
    "$VGPUCTL" complete-words fish --sim lab.vfhost teardown '' >../answer
  find . -exec stat -c '%n %s %Y %i' {} + | sort | diff ../before -
  [ "$(wc -l <../answer)" -ge 4 ]
  grep -q 'lab.vfhost' ../trace
  grep -q ' write(1, ' ../trace
  run ! grep -vE ' write\(1, |openat\(|fcntl\(' ../trace
  run ! grep -E 'O_CREAT|O_TRUNC|F_(OFD_)?SETLK' ../trace
  echo 'vfhost 1' >damaged.vfhost
  mkfifo never.vfhost
  for file in damaged.vfhost never.vfhost gone.vfhost . /dev/null; do
    run -0 --separate-stderr vgpuctl complete-words fish --sim "$file" show ''
    [[ "$output" == words && -z "$stderr" ]]
  done
  for words in '' bash 'bash --sim' 'fish --no-such x' 'zsh -- --sim' 'bash nothing at all'; do
    # shellcheck disable=SC2086
    run -0 --separate-stderr vgpuctl complete-words $words
    [ -z "$stderr" ]
  done
}

@test "the scripts are good ones: shellcheck, zsh -n, fish -n, and silent without the program" {
  use_shells
  shellcheck --shell bash script.bash
  bash -n script.bash
  zsh -n script.zsh
  fish -n script.fish
  rm bin/vgpuctl
  hash -r
  run -0 --separate-stderr offered_by_bash <<<'vgpuctl '
  [[ -z "$output$stderr" ]]
  run --separate-stderr offered_by_fish <<<'vgpuctl pl'
  [[ -z "$output$stderr" ]]
}

@test "completion knows three shells" {
  run -4 --separate-stderr vgpuctl completion tcsh
  says 'tcsh'
}
