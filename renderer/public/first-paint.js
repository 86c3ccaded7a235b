// Runs before the first paint, so that a pinned theme does not flash in the system's. The engine's settings are the truth.
try {
  const { theme, motion } = JSON.parse(localStorage.getItem('role-accel:appearance') || '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (motion === 'reduced') document.documentElement.dataset.motion = motion;
} catch { /* nothing remembered: the system's theme it is */ }
