// The command menu: places, models, tasks by id or prompt, and what can be done from anywhere.
import { useQuery } from '@tanstack/react-query';
import { Boxes, LogOut, Moon, Rows3, Sun, SunMoon } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { signOut } from '../api/people.ts';
import { foundTasksQuery, modelNamesQuery } from '../api/search.ts';
import { chooseSession, useSession } from '../api/session.ts';
import type { Me } from '../api/wire.ts';
import { paths } from '../paths.ts';
import { chooseTheme } from '../ui/choose-theme.ts';
import { Palette, type PaletteItem } from '../ui/palette.tsx';
import { useGo } from './address.ts';
import { MEMBER_PLACES, OPERATOR_PLACES } from './navigation.ts';

const PAUSE_MS = 200;
const QUERY_LENGTH_MIN = 2;
const MODELS_MAX = 6;

interface Command extends PaletteItem {
  act: () => void;
}

/** A text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function fits(name: string, text: string): boolean {
  const low = name.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}

function usePlaces(me: Me): Command[] {
  const go = useGo();
  return useMemo(() => {
    const operator = me.person.operator ? OPERATOR_PLACES : [];
    const all = [
      ...MEMBER_PLACES.map((place) => ({ place, group: 'Places' })),
      ...operator.map((place) => ({ place, group: 'Operator' })),
    ];
    return all.map(({ place, group }) => ({
      id: place.href,
      name: place.name,
      group,
      icon: <place.icon size={16} aria-hidden />,
      end: place.letter ? `g ${place.letter}` : undefined,
      act: () => go(place.href),
    }));
  }, [me, go]);
}

function useActions(): Command[] {
  const { mode } = useSession();
  const other = mode === 'test' ? 'live' : 'test';
  const group = 'Do';
  return [
    {
      id: 'mode',
      name: `Switch to ${other} mode`,
      group,
      icon: <SunMoon size={16} aria-hidden />,
      act: () => chooseSession({ mode: other }),
    },
    {
      id: 'light',
      name: 'Light theme',
      group,
      icon: <Sun size={16} aria-hidden />,
      act: () => chooseTheme('light'),
    },
    {
      id: 'dark',
      name: 'Dark theme',
      group,
      icon: <Moon size={16} aria-hidden />,
      act: () => chooseTheme('dark'),
    },
    {
      id: 'out',
      name: 'Sign out',
      group,
      icon: <LogOut size={16} aria-hidden />,
      act: () => void signOut('here'),
    },
  ];
}

/** Tasks and models that fit what is typed. */
function useFound(text: string): Command[] {
  const go = useGo();
  const { account, mode } = useSession();
  const settled = useSettled(text).trim();
  const isSearching = settled.length >= QUERY_LENGTH_MIN;
  const tasks = useQuery({ ...foundTasksQuery({ account, mode }, settled), enabled: isSearching });
  const models = useQuery({ ...modelNamesQuery({ account, mode }), enabled: isSearching });
  if (!isSearching) return [];
  const foundModels = (models.data ?? []).filter((name) => fits(name, settled)).slice(0, MODELS_MAX);
  return [
    ...foundModels.map((name) => ({
      id: `model ${name}`,
      name,
      group: 'Models',
      icon: <Boxes size={16} aria-hidden />,
      act: () => go(paths.model(name)),
    })),
    ...(tasks.data ?? []).map((task) => ({
      id: `task ${task.id}`,
      name: task.title,
      group: 'Tasks',
      icon: <Rows3 size={16} aria-hidden />,
      end: task.model,
      act: () => go(paths.task(task.id)),
    })),
  ];
}

export function CommandMenu({ me, onClose }: { me: Me; onClose: () => void }) {
  const [text, setText] = useState('');
  const places = usePlaces(me);
  const actions = useActions();
  const found = useFound(text);
  const own = [...places, ...actions].filter(({ name }) => fits(name, text.trim()));
  const commands = [...own, ...found];
  return (
    <Palette
      isOpen
      onClose={onClose}
      label="Search and commands"
      placeholder="A page, a model, a task by its id or prompt"
      text={text}
      onText={setText}
      items={commands}
      onTake={(id) => {
        onClose();
        commands.find((command) => command.id === id)?.act();
      }}
    />
  );
}
